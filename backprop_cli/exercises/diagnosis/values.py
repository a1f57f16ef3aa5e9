"""Why a value of the forward pass is wrong, or a number is only rounded, or of another shape."""

from collections.abc import Mapping, Sequence

from backprop_cli.exercises.answers.reading import Read
from backprop_cli.exercises.answers.rounding import elements
from backprop_cli.exercises.diagnosis.arrays import array_slip
from backprop_cli.exercises.diagnosis.forward_mistakes import (
    MIN_DIGITS,
    ForwardFinding,
    forward_finding,
    forward_mistakes,
)
from backprop_cli.exercises.diagnosis.precision import precision_of
from backprop_cli.exercises.diagnosis.sentences import called_nearby, step
from backprop_cli.exercises.diagnosis.why import Why, gate_of
from backprop_cli.exercises.marking.follow_through import shape_of
from backprop_cli.exercises.marking.result import Blame
from backprop_cli.exercises.model.case import Case, part
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.exercises.model.tolerance import USUAL, close
from backprop_cli.gates.shapes import described
from backprop_cli.gates.value import Value


def about_value(case: Case, read: Read, said: Mapping[int, Value], is_only: bool) -> Why:
    """Why a value is wrong, for the values that the student goes on with.

    Args:
        case: the circuit.
        read: what was answered.
        said: node -> the student's own value.
        is_only: all else is right, or follows.
    """
    if is_only_rounded(case, read):
        return Why(Reason(ReasonCode.ROUNDED))
    found = forward_mistakes(case, read.asked, read.value, said)
    if found:
        # Next to other wrong numbers, a short one is soon what some other rule gives.
        is_sure = is_only or precision_of(read.value).digits >= MIN_DIGITS
        return _by_forward_mistakes(case, found, is_sure)
    right = part(case.with_values(_without(said, read.asked.of)).values[read.asked.of], read.asked)
    slipped = array_slip(read.value, [read.key, right], precision_of(read.value))
    if slipped:
        return Why(slipped)
    graph, node = case.graph, read.asked.of
    formula = step(graph, node, called_nearby(case, node))
    other = Reason(ReasonCode.OTHER_VALUE, graph.names[node], gate_of(case, node), formula=formula)
    return Why(other_shape(read) or other)


def _without(said: Mapping[int, Value], node: int) -> dict[int, Value]:
    return {k: value for k, value in said.items() if k != node}


def _by_forward_mistakes(case: Case, found: Sequence[ForwardFinding], is_sure: bool) -> Why:
    findings = tuple([(forward_finding(case, each),) for each in found])
    blames = [
        Blame(each.way.mistake.name, gate_of(case, each.node), (case.graph.names[each.node],))
        for each in found
    ]
    is_here = all(each.is_here for each in found)
    code = ReasonCode.MISTAKE if is_here and is_sure else ReasonCode.PERHAPS
    return Why(Reason(code, findings=findings), tuple(blames))


def is_only_rounded(case: Case, read: Read) -> bool:
    """Whether an answer is the key, rounded too far, and no other value of the circuit."""
    return is_rounded(read.value, read.key) and not _is_another(case, read)


NEAR = 0.05
"""How far rounding to a single digit may go, relative to the key."""


NEARER = 0.01
"""So near the key, an answer is the key rounded, whatever else it is."""


def is_rounded(answer: Value, key: Value) -> bool:
    """Whether an answer is the key with all but its first digits rounded away."""
    if shape_of(answer) == shape_of(key) != ():
        pairs = list(zip(elements(answer), elements(key), strict=True))
        return all(close(one, other, USUAL) or is_rounded(one, other) for one, other in pairs)
    if isinstance(answer, float) and isinstance(key, float):
        digits = len(f"{answer:.15g}".partition("e")[0].strip("-0.").replace(".", ""))
        is_short = key.is_integer() and abs(key) < 1000
        if is_short or (digits == 1 and abs(answer - key) > NEAR * abs(key)):
            # Nobody rounds 41 to 40, or 0.17 to 0.2.
            return False
        return 0 < digits < 5 and float(f"{key:.{digits}g}") == answer != 0
    return False


def _is_another(case: Case, read: Read) -> bool:
    """Whether an answer is a value of the circuit, and so hardly the key, rounded so far."""
    if not isinstance(read.value, float) or abs(read.value - read.key) < NEARER * abs(read.key):
        return False
    own = read.asked.of if read.asked.wrt < 0 else -1
    others = (value for k, value in enumerate(case.values) if k != own)
    return any(isinstance(value, float) and value == read.value for value in others)


def other_shape(read: Read) -> Reason | None:
    """What is said of an answer that has another shape than the key."""
    got, expected = shape_of(read.value), shape_of(read.key)
    if got == expected:
        return None
    return array_slip(read.value, [read.key], precision_of(read.value)) or Reason(
        ReasonCode.OTHER_SHAPE,
        expected=described(expected),
        got=described(got),
        is_gradient=read.asked.wrt >= 0,
    )
