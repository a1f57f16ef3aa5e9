"""Slips of the forward pass: a sum for a product, a lost sign, the smaller for the larger."""

from collections.abc import Callable, Iterator

from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.exercises.model.tolerance import apart, close

_FORWARD: dict[str, tuple[tuple[Callable[..., float], str], ...]] = {
    "add": (
        (lambda a, b: a * b, "That is the product of the two: an add gate adds."),
        (lambda a, b: a - b, "That is a difference: see which sign each of the two has."),
        (lambda a, b: b - a, "That is a difference: see which sign each of the two has."),
    ),
    "mul": ((lambda a, b: a + b, "That is the sum of the two: a mul gate multiplies."),),
    "sub": (
        (lambda a, b: b - a, "That is the other way round: see what is taken away from what."),
        (lambda a, b: a + b, "That is the sum of the two: a sub gate takes the second away."),
    ),
    "max": ((min, "That is the smaller of the two: a max gate takes the larger."),),
    "min": ((max, "That is the larger of the two: a min gate takes the smaller."),),
    "div": ((lambda a, b: a * b, "That is the product of the two: a div gate divides."),),
    "square": (
        (lambda a: 2 * a, "That is twice the number: a square is the number times itself."),
        (lambda a: -a * a, "The number is squared with its sign: minus times minus is plus."),
    ),
}
"""Gate -> what may be worked out in place of it, and what to say then."""

SIGN = "The sign is not right: work it out for itself, before the number."


def slip(case: Case, asked: Asked, answer: object) -> Reason | None:
    """What was done in place of a gate's forward pass; None where it cannot be told.

    Only of single numbers, and only where the slip gives another number than the gate.
    """
    graph, values = case.graph, case.values
    gate, key = graph.gates[asked.of], values[asked.of]
    if gate is None or not isinstance(answer, float) or not isinstance(key, float):
        return None
    args = [values[arg] for arg in graph.args[asked.of]]
    inputs = [value for value in args if isinstance(value, float)]
    if len(inputs) < len(args):
        return None
    for number, says in _slips(gate.name, inputs, key):
        if close(answer, number, asked.tolerance) and apart(number, key, asked.tolerance):
            return Reason(ReasonCode.FORWARD_SLIP, case.graph.names[asked.of], gate.name, got=says)
    return None


def _slips(gate: str, inputs: list[float], key: float) -> Iterator[tuple[float, str]]:
    for work_out, says in _FORWARD.get(gate, ()):
        yield work_out(*inputs), says
    yield -key, SIGN
