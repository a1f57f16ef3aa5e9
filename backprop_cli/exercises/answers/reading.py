"""Read the answers of a submission, each in the form that its question wants."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from backprop_cli.exercises.answers.answers import (
    is_blank,
    read_line,
    read_number,
    read_pattern,
    read_shape,
    same_shape,
)
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.answers.formulas import Formulas
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.patterns import pattern_of
from backprop_cli.exercises.model.tolerance import close
from backprop_cli.exercises.model.variants import Variants
from backprop_cli.gates.shapes import spelt
from backprop_cli.gates.value import Gradient, Value
from backprop_cli.language.question import Form


class Read(NamedTuple):
    """One question, what was answered, and the key."""

    asked: Asked
    raw: Any
    value: Any
    """What was read; an `Unreadable`, or None for a blank."""
    key: Any
    """The right answer; None for a formula, which may be written in many ways."""

    @property
    def is_readable(self) -> bool:
        """Whether something was answered that could be read."""
        return self.value is not None and not isinstance(self.value, Unreadable)

    @property
    def is_number(self) -> bool:
        """Whether a number was asked for and answered."""
        return self.is_readable and self.asked.question.form is Form.NUMBER

    @property
    def is_right(self) -> bool:
        """Whether a readable answer that is no formula is the key."""
        if self.asked.question.form is Form.NUMBER:
            return close(self.value, self.key, self.asked.tolerance)
        if self.asked.question.form is Form.SHAPE:
            return same_shape(self.value, self.key)
        return bool(self.value == self.key)

    @property
    def key_shown(self) -> str:
        """The key as text."""
        form = self.asked.question.form
        if form is Form.NUMBER:
            return number_shown(self.key)
        if form is Form.SHAPE:
            return spelt(self.key)
        return "" if self.key is None else str(self.key)


Sheet = Mapping[int, Read]
"""Place of a question in the exercise -> what was answered."""


def read_sheet(
    case: Case,
    key: list[Gradient],
    given: Mapping[str, object],
    variants: Variants,
    formulas: Formulas,
    number: int,
) -> Sheet:
    """Read what was answered to each question of an exercise.

    Args:
        case: the student's inputs, run.
        key: the right numbers, by the place of the question.
        given: the name of a question -> what was answered.
        variants: knows the derivation in which a line is wrong.
        formulas: reads formulas.
        number: the student's variant.
    """
    sheet: dict[int, Read] = {}
    for place, asked in enumerate(case.exercise.asked):
        if asked.given:
            continue
        raw = given.get(asked.name)
        right = _key(case, key[place], asked, variants, number)
        if is_blank(raw):
            sheet[place] = Read(asked, raw, None, right)
            continue
        value = _value(case, _without_name(raw, asked), asked, variants, formulas, number)
        sheet[place] = Read(asked, raw, value, right)
    return sheet


def _key(case: Case, number: Gradient, asked: Asked, variants: Variants, variant: int) -> Any:
    form = asked.question.form
    if form is Form.SHAPE:
        shape = case.graph.shapes[asked.of if asked.wrt < 0 else asked.wrt]
        return () if asked.question.element else shape
    if form is Form.PATTERN:
        return pattern_of(case.graph, asked.of)
    if form is Form.LINE:
        return variants.spoilt(variant).wrong
    return number


def _value(
    case: Case, raw: Any, asked: Asked, variants: Variants, formulas: Formulas, variant: int
) -> Any:
    form = asked.question.form
    if form is Form.NUMBER:
        return read_number(raw, case.graph.names)
    if form is Form.SHAPE:
        return read_shape(raw)
    if form is Form.PATTERN:
        gate = case.graph.gates[asked.of]
        return read_pattern(raw, gate.name if gate else "")
    if form is Form.LINE:
        return read_line(raw, [line.name for line in variants.spoilt(variant).lines])
    return formulas.read(raw)


def _without_name(raw: Any, asked: Asked) -> Any:
    """The answer without the question that was repeated before it: `df/dx = 3`."""
    if isinstance(raw, str) and "=" in raw:
        left, _, right = raw.partition("=")
        name = left.replace("∂", "d").replace(" ", "")
        if name in (asked.name, asked.name.removeprefix("formula(").removesuffix(")"), ""):
            return right
    return raw


def number_shown(value: Value) -> str:
    """A number, a vector or a matrix as text: six significant digits."""
    if isinstance(value, float):
        return f"{value + 0.0:.6g}"
    items = map(float, value) if value.ndim == 1 else value
    return "[" + ", ".join(map(number_shown, items)) + "]"
