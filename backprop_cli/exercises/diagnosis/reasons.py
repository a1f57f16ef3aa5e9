"""Say why answers are wrong, so that it helps and does not give the key away."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from backprop_cli.autodiff.forward import Value
from backprop_cli.exercises.answers.reading import Read, Sheet
from backprop_cli.exercises.diagnosis.diagnosis import (
    Explanation,
    Hypotheses,
    PredictedAnswers,
    is_mistakable,
)
from backprop_cli.exercises.diagnosis.sentences import called_nearby, sentence, step
from backprop_cli.exercises.marking.follow_through import said_values, shape_of
from backprop_cli.exercises.marking.result import Blame
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.backward_order import backward_order
from backprop_cli.exercises.model.case import Case
from backprop_cli.gates.shapes import described
from backprop_cli.language.question import Form


class Why(NamedTuple):
    """Why an answer is wrong."""

    reason: str = ""
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
    why = {place: Why(_about_value(case, sheet[place])) for place in values}
    if not gradients:
        return why
    if values:
        # Whoever slipped in the forward pass goes on with values of her own.
        predicted = PredictedAnswers(case.with_values(said_values(case, sheet)), hypotheses)
    given = gradients_said(sheet)
    # These values are hers alone, so nothing that is worked out for them serves another.
    in_pairs = not values
    for group, answers in _groups(predicted, sheet, gradients, given, in_pairs):
        found, as_they_stand = _explained(predicted, sheet, answers, in_pairs)
        why |= _about_gradients(case, sheet, group, found, as_they_stand)
    return why


def gradients_said(sheet: Sheet) -> dict[int, Value]:
    """The gradients that were answered: place of the question -> number."""
    return {
        place: read.value
        for place, read in sheet.items()
        if read.is_number and is_mistakable(read.asked)
    }


def _about_value(case: Case, read: Read) -> str:
    plainly = _rounded(case, read) or _misshapen(read)
    node = read.asked.of
    formula = step(case.graph, node, called_nearby(case, node))
    return plainly or f"This is not what {formula} gives for its inputs."


ROUNDED = "It is rounded too far: give more digits, and do not round on the way."
SHAPE_RULE = "A gradient has the shape of its variable."


def _rounded(case: Case, read: Read) -> str:
    rounded = is_rounded(read.value, read.key) and not _is_another(case, read)
    return ROUNDED if rounded else ""


NEAR = 0.05
"""How far rounding to a single digit may go, relative to the key."""
NEARER = 0.01
"""So near the key, an answer is the key rounded, whatever else it is."""


def is_rounded(answer: Value, key: Value) -> bool:
    """Whether an answer is the key with all but its first digits rounded away."""
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
    if abs(read.value - read.key) < NEARER * abs(read.key):
        return False
    own = read.asked.of if read.asked.wrt < 0 else -1
    others = (value for k, value in enumerate(case.values) if k != own)
    return any(isinstance(value, float) and value == read.value for value in others)


def _misshapen(read: Read) -> str:
    have, need = shape_of(read.value), shape_of(read.key)
    if have == need:
        return ""
    rule = f" {SHAPE_RULE}" if read.asked.wrt >= 0 else ""
    return f"It is {described(have)}, and {described(need)} is wanted.{rule}"


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
    rounded = {place: sheet[place].key for place in given if _rounded(predicted.case, sheet[place])}
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
        rounded = "" if as_they_stand else _rounded(case, read)
        if rounded:
            why[place] = Why(rounded)
        elif explanations and blamed is None:
            blamed = why[place] = explained(case, explanations, read.asked.wrt)
            first = read.asked.name
        elif blamed is not None:
            same = f"The same mistake as in {first}."
            why[place] = Why(same, blamed.blames, blamed.together)
        else:
            why[place] = Why(_misshapen(read) or _unexplained(number))
    return why


UNEXPLAINED = "Here it goes wrong; no mistake that is known to this tool explains it."


def _unexplained(number: int) -> str:
    if number:
        return "It does not follow from your own earlier answers either."
    return UNEXPLAINED


_COUNTS = {2: "Two mistakes explain", 3: "Three mistakes explain"}


def explained(case: Case, explanations: Sequence[Explanation], wrt: int = -1) -> Why:
    """The sentences of the mistakes that explain an answer, each or together.

    Args:
        case: the circuit.
        explanations: what explains the answer equally well.
        wrt: the node whose gradient was asked.
    """
    told = [_told(case, explanation, wrt) for explanation in explanations]
    if len(told) == 1:
        reason = told[0]
    else:
        count = _COUNTS.get(len(told), "Several mistakes explain")
        listed = " ".join(f"({n}) {text}" for n, text in enumerate(told[:3], start=1))
        reason = f"{count} this equally well: {listed}"
    blames = [
        _blame(case, hypothesis) for explanation in explanations for hypothesis in explanation
    ]
    together = len(explanations) == 1 and len(explanations[0]) > 1
    return Why(reason, tuple(dict.fromkeys(blames)), together)


def _told(case: Case, explanation: Explanation, wrt: int) -> str:
    first_to_last = sorted(explanation, key=lambda hypothesis: -hypothesis.nodes[0])
    return " And: ".join(sentence(case, hypothesis, wrt) for hypothesis in first_to_last)


def _blame(case: Case, hypothesis: Hypothesis) -> Blame:
    names = [case.graph.names[node] for node in hypothesis.nodes]
    return Blame(hypothesis.mistake.name, hypothesis.gate, tuple(names))


def about_words(case: Case, read: Read) -> str:
    """Why a shape, a pattern or a line is wrong."""
    asked = read.asked
    if asked.question.form is Form.SHAPE and asked.wrt >= 0:
        return f"{SHAPE_RULE[:-1]}: look at {case.graph.names[asked.wrt]}."
    if asked.question.form is Form.LINE:
        before = "This line is right: the wrong one comes later."
        return before if read.value < read.key else "This line follows from those before it."
    if asked.question.form is Form.PATTERN:
        gate = case.graph.gates[asked.of]
        told = "used more than once"
        if gate is not None:
            told = f"{'an' if gate.name[0] in 'aeiou' else 'a'} {gate.name} gate"
        return f"{asked.question.of} is {told}."
    return ""
