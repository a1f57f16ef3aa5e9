"""Marks as short texts: points, mistakes and remarks, as several formats have them."""

from collections.abc import Iterable

from backprop_cli.exercises.marking.result import Graded, Mark


def number(value: float) -> str:
    """Points without needless digits."""
    rounded = round(value, 6)
    return str(int(rounded)) if rounded == int(rounded) else repr(rounded)


def points(graded: Graded) -> float | str:
    """What was earned; nothing, which is not 0, where the submission could not be read."""
    return "" if graded.unreadable else graded.points


def remarks(graded: Graded) -> str:
    """What the student should read, in one cell."""
    if graded.unreadable:
        return f"unreadable: {graded.unreadable}"
    reasons = [f"{mark.question}: {mark.reason}" for mark in graded.marks if mark.reason]
    return " / ".join([*reasons, *graded.problems])


def mistakes(marks: Iterable[Mark]) -> str:
    """The mistakes that were found, each once, with their gates."""
    found = {f"{blame.mistake} ({blame.gate})": None for mark in marks for blame in mark.blames}
    return ", ".join(found)
