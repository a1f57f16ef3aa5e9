"""The shape of a value or of a gradient is asked."""

import re
from typing import Any

from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.answers.reading import Read
from backprop_cli.exercises.hints.values import which_gate
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.exercises.questions.handout import Handout
from backprop_cli.exercises.questions.kind import WordKind
from backprop_cli.exercises.wording import SHAPE_RULE
from backprop_cli.gates.shapes import spelt


class _Shape(WordKind):
    """shape(W), shape(df/dW)."""

    word = "shape"
    how = 'a shape, "2×3"'
    exercise = "shapes"

    def phrase(self, quantity: str) -> str:
        return f"the shape of {quantity}"

    def key(self, asked: Asked, number: Any, handout: Handout) -> Any:
        """That of the variable; an element is a number."""
        return () if asked.question.element else handout.case.graph.shapes[asked.about]

    def read(self, raw: Any, asked: Asked, handout: Handout) -> Any:
        return read_shape(raw)

    def is_right(self, read: Read) -> bool:
        """A vector of 3 may be called 3×1."""
        return same_shape(read.value, read.key)

    def key_text(self, key: Any) -> str:
        return spelt(key)

    def reason(self, read: Read, case: Case) -> Reason:
        """A gradient has the shape of its variable."""
        asked = read.asked
        name = case.graph.names[asked.about]
        return Reason(ReasonCode.OTHER_SHAPE_NAMED, name, is_gradient=asked.wrt >= 0)

    def hints(self, case: Case, asked: Asked, names: list[str]) -> list[str]:
        """The variable to look at, or the gate and its shape rule."""
        if asked.wrt >= 0:
            return [SHAPE_RULE, f"So look at the shape of {names[asked.wrt]}."]
        gate = case.graph.gates[asked.of]
        rule = [gate.shape.shape_hint] if gate is not None and gate.shape.shape_hint else []
        return [which_gate(case.graph, asked.of, names), *rule]


_SIZES = re.compile(r"\d{1,9}(?:\s*(?:[x×*,]|by)\s*\d{1,9})*,?", re.IGNORECASE)


def read_shape(raw: Any) -> tuple[int, ...] | Unreadable:
    """The shape that was answered: `2×3`, `(2, 3)`, `[2, 3]`, `3`, `a number`."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return (raw,)
    if isinstance(raw, list) and all(type(item) is int for item in raw):
        return tuple(raw)
    if not isinstance(raw, str):
        return Unreadable("a shape is wanted, such as 2×3")
    text = raw.strip().lower()
    if text[:1] + text[-1:] in ("()", "[]"):
        text = text[1:-1].strip()
    if text in ("", "a number", "number", "scalar", "a scalar", "none"):
        return ()
    if len(text) > 100 or not _SIZES.fullmatch(text):
        return Unreadable("a shape is written 2×3, or 3 for a vector")
    return tuple([int(size) for size in re.findall(r"\d+", text)])


def same_shape(answer: tuple[int, ...], key: tuple[int, ...]) -> bool:
    """Whether a shape is right: a vector of 3 may be called 3 or 3×1, a number 1 or 1×1."""
    if not key:
        return answer in ((), (1,), (1, 1))
    return answer == key or (len(key) == 1 and answer == (*key, 1))


SHAPE = _Shape()
