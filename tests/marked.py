"""Marked submissions, made without a marker."""

from typing import Any

from backprop_cli.exercises.marking.record import outcome
from backprop_cli.exercises.marking.result import LETTERS, Blame, Graded, Mark
from backprop_cli.gradebook.digests import digest
from backprop_cli.gradebook.store import Gradebook, Row

VERDICTS = {letter: verdict for verdict, letter in LETTERS.items()}
QUESTIONS = (("q", 1.0), ("df/dq", 2.0), ("df/dx", 2.0))
POINTS = {"c": 1.0, "f": 0.5}
SWAP = Blame("mul not switched", "mul", ("f",))


def marked(student: str = "ada", verdicts: str = "cfw", **others: Any) -> Graded:
    """A submission with these verdicts, a letter a question; a wrong answer is a mul not switched."""
    marks = [
        Mark(
            question,
            {"b": "", "c": "3"}.get(letter, "-4"),
            VERDICTS[letter],
            POINTS.get(letter, 0.0) * possible,
            possible,
            reason="" if letter == "c" else "The mul gate switches its inputs.",
            key="3",
            blames=(SWAP,) if letter == "w" else (),
        )
        for (question, possible), letter in zip(QUESTIONS, verdicts, strict=True)
    ]
    given: dict[str, Any] = {"variant": 0, "inputs": {"x": -2.0}, "marks": tuple(marks)}
    return Graded(student, **(given | others))


def row(graded: Graded, source: str = "class.jsonl:1", data: bytes | None = None) -> Row:
    """What a worker sends for it."""
    data = f"{graded.student} {graded.verdicts}".encode() if data is None else data
    return Row(digest(data), graded.student, source, outcome(graded))


def add_class(book: Gradebook, *graded: Graded, title: str = "chain", hash: str = "1") -> int:
    """The exercise of a class that was marked."""
    exercise = book.exercise(hash, title, "title = 'chain'", QUESTIONS)
    book.add(exercise, [row(one, f"class.jsonl:{n}") for n, one in enumerate(graded, 1)])
    return exercise
