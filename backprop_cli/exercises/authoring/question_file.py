"""Read questions from a TOML file, and find what in the circuit they are about."""

from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.authoring.circuit_file import place_of
from backprop_cli.exercises.model.backward_order import seed_of
from backprop_cli.exercises.model.exercise import Asked, Circuit
from backprop_cli.exercises.model.tolerance import USUAL, Tolerance
from backprop_cli.exercises.questions.table import read_question
from backprop_cli.gates.shapes import Misfit, element
from backprop_cli.graph.misfits import worded
from backprop_cli.inputs.strict import Section
from backprop_cli.language.question import Question

FOLLOW = {"full": 1.0, "none": 0.0}


class Defaults:
    """What holds for every question unless it says otherwise."""

    def __init__(self, marking: Section) -> None:
        self.tolerance = read_tolerance(marking, USUAL)
        self.follow = _follow(marking, 1.0)
        self.everywhere = marking.boolean("everywhere", False)


def read_tolerance(section: Section, default: Tolerance) -> Tolerance:
    """What `relative`, `absolute` and `digits` say."""
    relative = section.number("relative", 0, 1, default.relative)
    absolute = section.number("absolute", 0, 1e9, default.absolute)
    digits = section.integer("digits", 1, 15, None)
    if digits is not None and section.has("relative"):
        raise section.error("'digits' and 'relative' cannot be combined", "digits")
    if digits is None and not section.has("relative"):
        digits = default.digits
    is_told = any(section.has(name) for name in ("relative", "absolute", "digits"))
    rounded = None if is_told else default.rounded
    return Tolerance(float(relative), float(absolute), digits, rounded)


def _follow(section: Section, default: float) -> float:
    def fits(value: Any) -> bool:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return value in FOLLOW if isinstance(value, str) else number and 0 <= value <= 1

    given = section.take("follow-through", '"full", "none" or a number from 0 to 1', fits, default)
    return FOLLOW[given] if isinstance(given, str) else float(given)


def read_asked(section: Section, circuit: Circuit | None, defaults: Defaults) -> Asked:
    """One of the `[[questions]]`."""
    source = section.string("ask", most=200)
    try:
        asked = asked_about(source, circuit)
    except BackpropError as error:
        raise section.about("ask", error) from None
    given = section.boolean("given", False)
    if given and not asked.kind.is_number:
        raise section.error("only a value or a gradient can be given", "given")
    asked = asked._replace(
        points=0.0 if given else float(section.number("points", 0, 1e6, 1)),
        tolerance=read_tolerance(section, defaults.tolerance),
        follow=_follow(section, defaults.follow),
        given=given,
        prompt=section.string("text", "", 1000),
        everywhere=section.boolean("everywhere", defaults.everywhere),
    )
    section.done()
    return asked


def asked_about(source: str, circuit: Circuit | None) -> Asked:
    """A question about a circuit.

    Raises:
        BackpropError: if it is none, or cannot be asked about this circuit.
    """
    question, kind = read_question(source)
    if kind.needs_planted:
        return Asked(question, kind, -1, -1)
    if circuit is None:
        raise BackpropError("there is no formula to ask about")
    graph = circuit.graph
    of = place_of(graph, question.of)
    wrt = -1 if question.wrt is None else place_of(graph, question.wrt)
    if wrt >= 0:
        _has_gradient(circuit, question, of, wrt)
    kind.check(question, circuit, of, wrt)
    asked = Asked(question, kind, of, wrt)
    if question.element is not None:
        try:
            rest = element(graph.shapes[asked.about], question.element)
        except Misfit as misfit:
            raise BackpropError(worded(misfit).reason) from None
        if rest:
            raise BackpropError(f"{question.text} is a row: ask for one element of it, or for all")
    return asked


def _has_gradient(circuit: Circuit, question: Question, of: int, wrt: int) -> None:
    """See that ∂of/∂wrt starts from a number, or goes through gates element by element only."""
    if wrt > of:
        raise BackpropError(f"{question.of} does not depend on {question.wrt}")
    if of != circuit.graph.output or circuit.upstream is None:
        seed_of(circuit.graph, of, wrt)
