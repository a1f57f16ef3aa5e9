"""Find why answers are wrong, in reasons that help and do not give the key away."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from backprop_cli.exercises.answers.reading import Read, Sheet
from backprop_cli.exercises.diagnosis.by_step import Steps, found_by_step
from backprop_cli.exercises.diagnosis.diagnosis import (
    Explanation,
    Hypotheses,
    PredictedAnswers,
    at_step,
    is_mistakable,
)
from backprop_cli.exercises.diagnosis.doubt import (
    MANY,
    PAIR,
    by_slip,
    doubted,
    natural,
    perhaps,
    slip_of,
    two_for_two,
    weighed,
)
from backprop_cli.exercises.diagnosis.precision import precision_of, precision_on
from backprop_cli.exercises.diagnosis.slips import exchanged
from backprop_cli.exercises.diagnosis.values import (
    about_value,
    is_only_rounded,
    other_shape,
)
from backprop_cli.exercises.diagnosis.why import Why, explained
from backprop_cli.exercises.marking.follow_through import said_values
from backprop_cli.exercises.model.backward_order import backward_order
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.gates.value import Value


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
    why = {place: about_value(case, sheet[place], said, is_only) for place in values}
    if any(each.reason.code is ReasonCode.OTHER_VALUE for each in why.values()):
        # Next to values that nothing explains, what explains one of them is soon an accident.
        why = {place: perhaps(each) if each.blames else each for place, each in why.items()}
    if not gradients:
        return why
    if values:
        # Whoever slipped in the forward pass goes on with values of their own.
        predicted = PredictedAnswers(case.with_values(said), hypotheses)
    given = gradients_said(sheet)
    wrong_numbers = sum(1 for place in given if not sheet[place].is_right)
    only = gradients[0]
    is_last = not values and wrong_numbers == 1 and _is_last_answer(case, sheet, only, order)
    alone = about_one(case, sheet[only], _known(sheet)) if is_last else Why()
    # A pair of mistakes is no explanation of one wrong number; and own values are this student's
    # alone, so nothing that is worked out for them serves another.
    in_pairs = not values and wrong_numbers > 1
    steps = Steps(predicted.case, sheet, precision_on(sheet))
    for group, answers in _groups(predicted, sheet, gradients, given, in_pairs):
        found, as_they_stand = _explained(predicted, sheet, answers, in_pairs)
        if any(_is_far_fetched(predicted, explanation) for explanation in found):
            found = _one_mistake(predicted, steps, group) or found
        why |= _about_gradients(case, sheet, group, found, as_they_stand)
    # What else is right on the sheet may rule out some of what one number alone leaves open.
    is_narrower = set(why[only].blames) < set(alone.blames) if why[only].blames else False
    why |= {only: alone} if alone.blames and not is_narrower else {}
    if case.exercise.step is not None:
        # At a step of a lesson there is one answer, and what a mistake explains is above.
        return {p: by_slip(steps, p, each) for p, each in why.items()} if gradients else why
    return _on_a_sheet(predicted, steps, gradients, why)


def _on_a_sheet(
    predicted: PredictedAnswers, steps: Steps, gradients: Sequence[int], why: dict[int, Why]
) -> dict[int, Why]:
    """What mistakes explain, weighed against slips of the pen by all that stands on a sheet."""
    sheet, only = steps.sheet, gradients[0]
    given = gradients_said(sheet)
    wrong_numbers = sum(1 for place in given if not sheet[place].is_right)
    pair = exchanged(sheet, steps.precision, given)
    if pair and not _is_mistake(predicted, steps, pair, given):
        return why | {place: Why(pair[place]) for place in gradients}
    if wrong_numbers == 1 and len(given) >= MANY and why[only].blames:
        why[only] = doubted(steps, only, why[only])
    why |= {place: two_for_two(why[place], wrong_numbers) for place in gradients}
    unexplained = [place for place in gradients if _is_open(steps, place, why[place])]
    why |= _about_steps(predicted, steps, unexplained)
    if _is_of_other_inputs(sheet):
        return {p: perhaps(w) if w.reason.code is ReasonCode.MISTAKE else w for p, w in why.items()}
    return why


def _is_of_other_inputs(sheet: Sheet) -> bool:
    """Whether no value on a sheet is right: other inputs explain that as well as any mistake."""
    said = [read for read in sheet.values() if read.is_number and read.asked.wrt < 0]
    return len(said) >= PAIR and not any(read.is_right for read in said)


def about_one(case: Case, read: Read, known: Iterable[tuple[int, int]]) -> Why:
    """Why the one number is wrong that was answered after others that were right.

    Args:
        case: the circuit with its inputs.
        read: the number.
        known: (q, x) of each ∂q/∂x that was answered rightly.
    """
    predicted = at_step(case, read.asked, known)
    return about_numbers(predicted, predicted.hypotheses, {0: read}, [0])[0]


def _is_last_answer(case: Case, sheet: Sheet, only: int, order: Mapping[int, int]) -> bool:
    """Whether a sheet ends with the one wrong number: what was answered comes before it."""
    if case.exercise.step is not None:
        return False
    own = order.get(sheet[only].asked.wrt, -1)
    return all(
        place == only or order.get(read.asked.wrt, len(order)) < own
        for place, read in sheet.items()
        if read.is_number and read.asked.wrt >= 0
    )


def _known(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """(q, x) of each whole ∂q/∂x that is right on a sheet."""
    for read in sheet.values():
        is_whole = read.is_number and read.asked.question.element is None
        if is_whole and read.asked.wrt >= 0 and read.is_right:
            yield read.asked.of, read.asked.wrt


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


def _about_steps(
    predicted: PredictedAnswers, steps: Steps, places: Sequence[int]
) -> dict[int, Why]:
    """What is found out about answers one by one, where nothing explains them together."""
    sheet = steps.sheet
    why: dict[int, Why] = {}
    for found in found_by_step(predicted, steps, places):
        first, *others = [place for place in places if place in found.places]
        likely = found.explanations if found.is_sure else natural(found.explanations)
        said = explained(predicted.case, likely, sheet[first].asked.wrt)
        if not found.is_sure:
            said = weighed(steps, first, said, likely)
        if found.is_sure or len(likely) == 1:
            why[first] = said
            same = Reason(ReasonCode.SAME_MISTAKE, sheet[first].asked.name)
            why |= {place: Why(same, said.blames, said.together) for place in others}
    for place in places:
        slipped = None if place in why else slip_of(steps, place)
        if slipped:
            why[place] = Why(slipped)
    return why


def gradients_said(sheet: Sheet) -> dict[int, Value]:
    """The gradients that were answered: place of the question -> number."""
    return {
        place: read.value
        for place, read in sheet.items()
        if read.is_number and is_mistakable(read.asked)
    }


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
        place: sheet[place].key for place in given if is_only_rounded(predicted.case, sheet[place])
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
        if not as_they_stand and is_only_rounded(case, read):
            why[place] = Why(Reason(ReasonCode.ROUNDED))
        elif explanations and blamed is None:
            blamed = why[place] = explained(case, explanations, read.asked.wrt)
            first = read.asked.name
        elif blamed is not None:
            same = Reason(ReasonCode.SAME_MISTAKE, first)
            why[place] = Why(same, blamed.blames, blamed.together)
        else:
            code = ReasonCode.UNEXPLAINED_LATER if number else ReasonCode.UNEXPLAINED
            why[place] = Why(other_shape(read) or Reason(code))
    return why
