"""Tables in Markdown, for the summary of a job."""

import re
from collections.abc import Iterator

from backprop_cli.errors import inert
from backprop_cli.exercises.marking.result import Graded
from backprop_cli.gradebook.exports.mark_text import number
from backprop_cli.gradebook.sheet import Sheet

_SIGNS = re.compile(r"[\\`*_{}\[\]|~$#!]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def markdown(sheet: Sheet) -> Iterator[str]:
    """The text, submission by submission."""
    for place, graded in enumerate(sheet.graded):
        yield "\n" * (place > 0) + "\n".join(_lines(sheet.title, graded)) + "\n"


def _lines(title: str, graded: Graded) -> Iterator[str]:
    yield f"## {plain(title)}: {plain(graded.student)}"
    yield ""
    if graded.unreadable:
        yield f"This could not be read: {plain(graded.unreadable)}"
    else:
        yield f"**{number(graded.points)}** of {number(graded.possible)} points"
        yield ""
        yield "| Question | Answer | Verdict | Points | Why |"
        yield "| --- | --- | --- | ---: | --- |"
    for mark in graded.marks:
        points = f"{number(mark.points)} of {number(mark.possible)}"
        cells = map(plain, (mark.question, mark.answer, mark.verdict.value, points, mark.reason))
        yield f"| {' | '.join(cells)} |"
    if graded.problems:
        yield ""
        yield from (f"- {plain(problem)}" for problem in graded.problems)


def plain(text: str) -> str:
    """The text as Markdown shows it: no markup, no link, no table's border."""
    text = _SIGNS.sub(r"\\\g<0>", inert(text))
    text = re.sub("[&<>]", lambda sign: _ENTITIES[sign[0]], text)
    # Addresses become links by themselves.
    return text.replace("://", "&#58;//").replace("www.", "www&#46;").replace("@", "&#64;")
