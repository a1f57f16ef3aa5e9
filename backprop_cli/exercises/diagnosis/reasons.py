"""Find why answers are wrong, in reasons that help and do not give the key away."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from backprop_cli.exercises.answers.reading import Read, Sheet
from backprop_cli.exercises.answers.rounding import elements
from backprop_cli.exercises.diagnosis.arrays import array_slip
from backprop_cli.exercises.diagnosis.by_step import Steps, found_by_step
from backprop_cli.exercises.diagnosis.diagnosis import (
    Explanation,
    Hypotheses,
    PredictedAnswers,
    is_mistakable,
)
from backprop_cli.exercises.diagnosis.forward_mistakes import (
    MIN_DIGITS,
    ForwardFinding,
    forward_finding,
    forward_mistakes,
)
from backprop_cli.exercises.diagnosis.precision import precision_of, precision_on
from backprop_cli.exercises.diagnosis.sentences import called_nearby, finding, step
from backprop_cli.exercises.diagnosis.slips import Written, exchanged, is_number, slip
from backprop_cli.exercises.marking.follow_through import said_values, shape_of
from backprop_cli.exercises.marking.result import Blame
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.backward_order import backward_order
from backprop_cli.exercises.model.case import Case, part
from backprop_cli.exercises.model.reason import NO_REASON, Finding, Reason, ReasonCode
from backprop_cli.exercises.model.tolerance import USUAL, close
from backprop_cli.gates.shapes import described
from backprop_cli.gates.value import Value

SIGN_TURNED = "sign-turned"
"""The mistake that a slip of the pen looks like."""


class Why(NamedTuple):
    """Why an answer is wrong."""

    reason: Reason = NO_REASON
    blames: tuple[Blame, ...] = ()
    together: bool = False
    """The mistakes explain the answer together, not each alone."""


def about_numbers(
    predicted: PredictedAnswers, hypotheses: Hypotheses, sheet: Sheet, wrong: Sequence[int]
) -> dict[int, Why]:
    """Why each of the wrong numbers is wrong; blame goes to the first of them.

    Args:
        predicted: what each mistake would have answered.
        hypotheses: the mistakes of the circuit.
        sheet: all that was answered.
        wrong: the places of the answers that do not even follow from the student's own.
    """
    case = predicted.case
    order = {node: number for number, node in enumerate(backward_order(case.graph))}
    values = sorted(place for place in wrong if sheet[place].asked.wrt < 0)
    gradients = [place for place in wrong if sheet[place].asked.wrt >= 0]
    gradients.sort(key=lambda place: order.get(sheet[place].asked.wrt, len(order)))
    said = said_values(case, sheet)
    is_only = len(wrong) == 1
    why = {place: _about_value(case, sheet[place], said, is_only) for place in values}
    if not gradients:
        return why
    if values:
        # Whoever slipped in the forward pass goes on with values of their own.
        predicted = PredictedAnswers(case.with_values(said), hypotheses)
    given = gradients_said(sheet)
    wrong_numbers = sum(1 for place in given if not sheet[place].is_right)
    # A pair of mistakes is no explanation of one wrong number; and own values are this student's
    # alone, so nothing that is worked out for them serves another.
    in_pairs = not values and wrong_numbers > 1
    steps = Steps(predicted.case, sheet, precision_on(sheet))
    for group, answers in _groups(predicted, sheet, gradients, given, in_pairs):
        found, as_they_stand = _explained(predicted, sheet, answers, in_pairs)
        if any(_is_far_fetched(predicted, explanation) for explanation in found):
            found = _one_mistake(predicted, steps, group) or found
        why |= _about_gradients(case, sheet, group, found, as_they_stand)
    if case.exercise.step is not None:
        # At a step of a lesson there is one answer, and what a mistake explains is above.
        return {p: _by_slip(steps, p, each) for p, each in why.items()} if gradients else why
    pair = exchanged(sheet, steps.precision, given)
    if pair and not _is_mistake(predicted, steps, pair, given):
        return why | {place: Why(pair[place]) for place in gradients}
    only = gradients[0]
    if wrong_numbers == 1 and len(given) >= MANY and why[only].blames and _slip(steps, only):
        why[only] = _doubted(steps, only, why[only])
    unexplained = [place for place in gradients if _is_open(steps, place, why[place])]
    return why | _about_steps(predicted, steps, unexplained)


def _is_far_fetched(predicted: PredictedAnswers, explanation: Explanation) -> bool:
    """Whether it takes two mistakes, or the same other answer at several places."""
    nodes = [node for hypothesis in explanation for node in hypothesis.nodes]
    is_rule = predicted.changed(explanation).is_of_the_pass
    return len(explanation) > 1 or (len(nodes) > 1 and not is_rule)


def _one_mistake(
    predicted: PredictedAnswers, steps: Steps, group: Sequence[int]
) -> list[Explanation]:
    """One mistake at one gate which was not carried on, where it takes several that were."""
    found = found_by_step(predicted, steps, group)
    return found[0].explanations if len(found) == 1 and found[0].places == set(group) else []


def _is_mistake(
    predicted: PredictedAnswers, steps: Steps, wrong: Iterable[int], given: Mapping[int, Value]
) -> bool:
    """Whether one mistake at one gate explains all of several wrong answers."""
    whole = predicted.explain(given, in_pairs=False)
    is_near = any(not _is_far_fetched(predicted, explanation) for explanation in whole)
    return is_near or bool(_one_mistake(predicted, steps, list(wrong)))


def _is_open(steps: Steps, place: int, why: Why) -> bool:
    """Whether a wrong answer is not explained: where others have many digits, 1 is not rounded."""
    is_rounded = why.reason.code is ReasonCode.ROUNDED
    own = precision_of(steps.sheet[place].value).digits if is_rounded else 0
    return why.reason.is_unexplained or 0 < own < steps.precision.digits - 1


MANY = 4
"""Gradients on a sheet from which on a single wrong one is hardly a mistake that was carried on."""


def _doubted(steps: Steps, place: int, found: Why) -> Why:
    """What is said of the only wrong number of a sheet, which a mistake and a slip explain."""
    slipped = _slip(steps, place)
    if slipped is not None and _is_turned(found) and slipped.code in _OTHER_SIGN:
        return Why(slipped)
    if slipped is None or slipped.code in (ReasonCode.SLIP_OF_DIGIT, ReasonCode.ELEMENTS):
        # That a rule gives just the digits which somebody mistypes is the rarer case, and which
        # elements are wrong is no other reason.
        return found
    return _perhaps(found)


_OTHER_SIGN = (ReasonCode.SLIP_OF_SIGN, ReasonCode.ELEMENTS)
"""What is said where a sign is turned: of a number, and of an array."""


def _weighed(steps: Steps, place: int, found: Why, explanations: Sequence[Explanation]) -> Why:
    """What is said of a number, for which alone a mistake speaks that others do not bear out."""
    slipped = _slip(steps, place)
    if slipped is None:
        return _perhaps(found)
    likelier = (ReasonCode.SLIP_OF_DIGIT, ReasonCode.EXCHANGED)
    is_slip = (_is_turned(found) and slipped.code in _OTHER_SIGN) or slipped.code in likelier
    if slipped.code is ReasonCode.COPIED:
        is_slip = all(map(steps.is_contradicted, explanations))
    return Why(slipped) if is_slip else _perhaps(found)


def _is_turned(why: Why) -> bool:
    return all(blame.mistake == SIGN_TURNED for blame in why.blames)


def _perhaps(why: Why) -> Why:
    return why._replace(reason=replace(why.reason, code=ReasonCode.PERHAPS))


def _about_steps(
    predicted: PredictedAnswers, steps: Steps, places: Sequence[int]
) -> dict[int, Why]:
    """What is found out about answers one by one, where nothing explains them together."""
    sheet = steps.sheet
    why: dict[int, Why] = {}
    for found in found_by_step(predicted, steps, places):
        first, *others = [place for place in places if place in found.places]
        likely = found.explanations if found.is_sure else _natural(found.explanations)
        said = explained(predicted.case, likely, sheet[first].asked.wrt)
        if not found.is_sure:
            said = _weighed(steps, first, said, likely)
        if found.is_sure or len(likely) == 1:
            why[first] = said
            same = Reason(ReasonCode.SAME_MISTAKE, sheet[first].asked.name)
            why |= {place: Why(same, said.blames, said.together) for place in others}
    for place in places:
        slipped = None if place in why else _slip(steps, place)
        if slipped:
            why[place] = Why(slipped)
    return why


def _by_slip(steps: Steps, place: int, why: Why) -> Why:
    """A slip of the pen in place of no explanation."""
    slipped = _slip(steps, place) if why.reason.is_unexplained else None
    return Why(slipped) if slipped else why


def _natural(explanations: list[Explanation]) -> list[Explanation]:
    """Those that are more than a turned sign, if there are any."""
    return [
        explanation for explanation in explanations if explanation[0].mistake.name != SIGN_TURNED
    ] or explanations


def _slip(steps: Steps, place: int) -> Reason | None:
    """The slip of the pen that a wrong number is."""
    read = steps.sheet[place]
    followed = steps.right(read.asked)
    right = [read.key] if followed is None else [read.key, part(followed, read.asked)]
    if not is_number(read.value, *right):
        return array_slip(read.value, right, steps.precision)
    return slip(Written(read, read.value, tuple(right), steps.numbers, steps.precision))


def gradients_said(sheet: Sheet) -> dict[int, Value]:
    """The gradients that were answered: place of the question -> number."""
    return {
        place: read.value
        for place, read in sheet.items()
        if read.is_number and is_mistakable(read.asked)
    }


def _about_value(case: Case, read: Read, said: Mapping[int, Value], is_only: bool) -> Why:
    """Why a value is wrong, for the values that the student goes on with.

    Args:
        case: the circuit.
        read: what was answered.
        said: node -> the student's own value.
        is_only: all else is right, or follows.
    """
    if _is_only_rounded(case, read):
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
    return Why(_other_shape(read) or other)


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


def gate_of(case: Case, node: int) -> str:
    """The name of the gate that a node is; empty for an input."""
    gate = case.graph.gates[node]
    return gate.name if gate is not None else ""


def _is_only_rounded(case: Case, read: Read) -> bool:
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


def _other_shape(read: Read) -> Reason | None:
    got, expected = shape_of(read.value), shape_of(read.key)
    if got == expected:
        return None
    return array_slip(read.value, [read.key], precision_of(read.value)) or Reason(
        ReasonCode.OTHER_SHAPE,
        expected=described(expected),
        got=described(got),
        is_gradient=read.asked.wrt >= 0,
    )


Answers = Mapping[int, Value]
"""Place of a question -> the gradient that was answered."""


def _explained(
    predicted: PredictedAnswers, sheet: Sheet, given: Answers, in_pairs: bool
) -> tuple[list[Explanation], bool]:
    """The mistakes that explain the gradients that were answered, and whether as they stand.

    If none do, answers that were only rounded too far are no sign of a mistake.
    """
    found = predicted.explain(given, in_pairs)
    if found:
        return found, True
    rounded = {
        place: sheet[place].key for place in given if _is_only_rounded(predicted.case, sheet[place])
    }
    return (predicted.explain({**given, **rounded}, in_pairs) if rounded else []), False


def _groups(
    predicted: PredictedAnswers, sheet: Sheet, wrong: Sequence[int], given: Answers, in_pairs: bool
) -> Iterator[tuple[list[int], Answers]]:
    """The wrong gradients that are explained together, and the answers that are to be explained.

    What one mistake explains are all of them. Else those of each node, ∂f/∂… and ∂q/∂…,
    are explained alone: they are worked out each for itself.
    """
    nodes = dict.fromkeys(sheet[place].asked.of for place in wrong)
    asked = {sheet[place].asked.of for place in given}
    if len(asked) == 1 or _explained(predicted, sheet, given, in_pairs)[0]:
        yield list(wrong), given
        return
    for node in nodes:
        group = [place for place in wrong if sheet[place].asked.of == node]
        yield group, {p: value for p, value in given.items() if sheet[p].asked.of == node}


def _about_gradients(
    case: Case,
    sheet: Sheet,
    places: Sequence[int],
    explanations: list[Explanation],
    as_they_stand: bool,
) -> dict[int, Why]:
    why: dict[int, Why] = {}
    blamed: Why | None = None
    first = ""
    for number, place in enumerate(places):
        read = sheet[place]
        if not as_they_stand and _is_only_rounded(case, read):
            why[place] = Why(Reason(ReasonCode.ROUNDED))
        elif explanations and blamed is None:
            blamed = why[place] = explained(case, explanations, read.asked.wrt)
            first = read.asked.name
        elif blamed is not None:
            same = Reason(ReasonCode.SAME_MISTAKE, first)
            why[place] = Why(same, blamed.blames, blamed.together)
        else:
            code = ReasonCode.UNEXPLAINED_LATER if number else ReasonCode.UNEXPLAINED
            why[place] = Why(_other_shape(read) or Reason(code))
    return why


def explained(case: Case, explanations: Sequence[Explanation], wrt: int = -1) -> Why:
    """The mistakes that explain an answer, each or together.

    Args:
        case: the circuit.
        explanations: what explains the answer equally well.
        wrt: the node whose gradient was asked.
    """
    findings = tuple([_findings(case, explanation, wrt) for explanation in explanations])
    blames = [
        _blame(case, hypothesis) for explanation in explanations for hypothesis in explanation
    ]
    together = len(explanations) == 1 and len(explanations[0]) > 1
    reason = Reason(ReasonCode.MISTAKE, findings=findings)
    return Why(reason, tuple(dict.fromkeys(blames)), together)


def _findings(case: Case, explanation: Explanation, wrt: int) -> tuple[Finding, ...]:
    first_to_last = sorted(explanation, key=lambda hypothesis: -hypothesis.nodes[0])
    return tuple([finding(case, hypothesis, wrt) for hypothesis in first_to_last])


def _blame(case: Case, hypothesis: Hypothesis) -> Blame:
    names = [case.graph.names[node] for node in hypothesis.nodes]
    return Blame(hypothesis.mistake.name, hypothesis.gate, tuple(names))
