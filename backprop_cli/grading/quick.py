"""Mark a sheet on which every number is right, as most of a large class are, in no time.

It writes the very text that `outcome` writes for the marks of such a sheet; a test
compares the two. Anything else is left to the marker.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from backprop_cli.grading.answers import as_text
from backprop_cli.grading.reading import Read
from backprop_cli.grading.record import outcome
from backprop_cli.grading.result import Graded, Mark, Verdict
from backprop_cli.language.question import Form

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,17})?", re.ASCII)


class _Key(NamedTuple):
    name: str
    key: float
    within: float
    before: str
    """The text of the outcome before the answer, from the answer to the question before."""


class Quick:
    """The key of a variant, and the text around the answers."""

    def __init__(self, graded: Graded, keys: Sequence[_Key], after: str) -> None:
        self.graded = graded
        self.keys = keys
        self.after = after

    def outcome(self, answers: Mapping[str, object]) -> str | None:
        """The outcome, where each answer is a plain right number; else None."""
        if len(answers) != len(self.keys):
            return None
        pieces = []
        for name, key, within, before in self.keys:
            raw: Any = answers.get(name)
            kind = type(raw)
            if kind is str and _NUMBER.fullmatch(raw):
                number = float(raw)
            elif kind is float or kind is int:
                number = raw
            else:
                return None
            if not abs(number - key) <= within:
                return None
            pieces.append(before)
            pieces.append(raw if kind is str else as_text(raw))
        pieces.append(self.after)
        return "".join(pieces)


_HOLE = "\x00"
"""Stands for an answer in the template; no answer shows a control character."""


def quick_for(graded: Graded, reads: Sequence[Read]) -> Quick | None:
    """What marks right sheets of a variant quickly; None where not only numbers are asked.

    Args:
        graded: any marked submission of the variant, of which only the inputs are used.
        reads: its questions, with the key.
    """
    plain = all(
        read.asked.question.form is Form.NUMBER
        and isinstance(read.key, float)
        and abs(read.key) < 1e300
        for read in reads
    )
    if not plain or not reads:
        return None
    marks = tuple(
        Mark(
            read.asked.name,
            _HOLE,
            Verdict.CORRECT,
            read.asked.points,
            read.asked.points,
            key=read.key_shown,
        )
        for read in reads
    )
    template = outcome(Graded("", graded.variant, graded.inputs, marks))
    texts = template.split(json.dumps(_HOLE)[1:-1])
    keys = [
        _Key(read.asked.name, read.key, read.asked.tolerance.around(read.key), before)
        for read, before in zip(reads, texts, strict=False)
    ]
    return Quick(graded, keys, texts[-1])
