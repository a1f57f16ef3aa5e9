"""Write the backward pass down line by line, right or with a mistake planted in it."""

from typing import Any, NamedTuple

from backprop_cli.autodiff.steps import Step, rule_names
from backprop_cli.autodiff.trace import trace
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.diagnosis.diagnosis import UNFIT
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.case import RIGHT, Case, Changed
from backprop_cli.exercises.model.exercise import Exercise
from backprop_cli.exercises.model.tolerance import Tolerance, apart
from backprop_cli.gates.compiler import rule as rule_of
from backprop_cli.gates.value import Value, known
from backprop_cli.language.numbers import short_number
from backprop_cli.language.printer import show
from backprop_cli.language.style import CHALK


class Line(NamedTuple):
    """One line of a derivation: `∂f/∂z = ∂f/∂f · q = 1 × 3 = 3`."""

    node: int
    name: str
    """What stands on the left, as a question asks for it: df/dz."""
    text: str
    """What stands on the right, without the number: ∂f/∂f · q = 1 × 3."""
    value: Value


class Spoilt(NamedTuple):
    """A derivation with one wrong line."""

    lines: tuple[Line, ...]
    wrong: int
    """The number of the line that is wrong, from 1; those after it follow from it."""
    hypothesis: Hypothesis


def derivation(case: Case, changed: Changed = RIGHT) -> list[Line]:
    """A line for each gradient, in the order of the backward pass."""
    graph = case.graph
    gradients, upstream = case.backward(graph.output, changed), case.exercise.the_circuit.upstream
    run = trace(
        graph,
        case.inputs,
        1.0 if upstream is None else upstream,
        rules=changed.rules,
        pins={**changed.pins, **_kept(changed, gradients)},
    )
    output = graph.names[graph.output]
    first = gradients[graph.output]
    lines = [Line(graph.output, f"d{output}/d{output}", "", known(first))]
    sums: dict[int, list[str]] = {}
    left = {node: len(run.contributions(node)) for node in run.forks}
    for step in run.each_step():
        whole = f"∂{output}/∂{graph.names[step.output]}"
        text, node = chain_rule(step, whole), step.input
        sums.setdefault(node, []).append(text)
        if node in left:
            left[node] -= 1
            if left[node]:
                continue
            text = _summed(sums[node], changed.forks.get(node))
        else:
            text += _numbers(step)
        name = f"d{output}/d{graph.names[node]}"
        lines.append(Line(node, name, text, known(gradients[node])))
    return lines


def _kept(changed: Changed, gradients: list[Any]) -> dict[int, Value]:
    """The gradients of overwritten forks, to go on from in the trace."""
    return {node: gradients[node] for node in changed.forks}


def chain_rule(step: Step, upstream: str) -> str:
    """The chain rule of a step: `∂f/∂f · q`."""
    rule = _rule(step, upstream)
    if step.local is None:
        return rule
    return (
        f"{upstream} · {rule}" if " " not in rule and rule[0] != "-" else f"{upstream} · ({rule})"
    )


def _rule(step: Step, upstream: str) -> str:
    try:
        return step.rule(CHALK, upstream)
    except BackpropError:
        # A wrong rule need not be one that could be typed for these shapes.
        names = rule_names(step.graph, step.output, step.slot) | {"g": upstream}
        return show(rule_of(step.text), names, CHALK)


def _numbers(step: Step) -> str:
    """The same with numbers, ` = 1 × 3`; nothing for arrays, which would not fit."""
    if not (isinstance(step.local, float) and isinstance(step.upstream, float)):
        return ""
    return f" = {_short(step.upstream)} × {_short(step.local)}"


def _short(number: float) -> str:
    text = short_number(number)
    return f"({text})" if text.startswith("-") else text


def _summed(texts: list[str], keep: str | None) -> str:
    """The contributions of a fork: their sum, or the one that was kept by mistake."""
    if keep is not None:
        return texts[-1 if keep == "last" else 0]
    return " + ".join(texts)


# A planted mistake

_CLEAR = Tolerance(relative=1e-2, absolute=1e-6)


def spoilt(case: Case, hypotheses: list[Hypothesis], variant: int) -> Spoilt | None:
    """The derivation with the planted mistake of the exercise; None where it would not show.

    Where the exercise leaves it open, the mistake and its place are drawn for the variant.
    """
    exercise = case.exercise
    found = [
        plant
        for hypothesis in _fitting(exercise, hypotheses)
        for plant in _planted(case, hypothesis)
    ]
    if not found:
        return None
    return StableRandom("wrong line", exercise.the_circuit.seed, variant).choice(found)


def _fitting(exercise: Exercise, hypotheses: list[Hypothesis]) -> list[Hypothesis]:
    planted, graph = exercise.planted, exercise.graph
    assert planted is not None
    return [
        hypothesis
        for hypothesis in hypotheses
        if hypothesis.mistake.change.is_plantable
        and planted.mistake in (None, hypothesis.mistake.name)
        # What a later table looks for changes no sheet that was handed out.
        and hypothesis.since
        <= max(exercise.looked_for.table, hypothesis.mistake.since if planted.mistake else 1)
        and planted.at in (None, graph.names[hypothesis.nodes[0]])
    ]


def _planted(case: Case, hypothesis: Hypothesis) -> list[Spoilt]:
    """The ways to plant a mistake so that exactly one line does not follow from those before."""
    right = derivation(case)
    found = []
    for changed in _one_at_a_time(hypothesis.change(case)):
        try:
            lines = derivation(case, changed)
        except UNFIT:
            # A wrong rule need not fit the shapes.
            continue
        wrong = [
            number
            for number, (line, good) in enumerate(zip(lines, right, strict=True), start=1)
            if apart(line.value, good.value, _CLEAR)
        ]
        if wrong:
            found.append(Spoilt(tuple(lines), wrong[0], hypothesis))
    return found


def _one_at_a_time(changed: Changed) -> list[Changed]:
    """A mistake at both inputs of a gate spoils two lines: it is planted at one of them."""
    if len(changed.rules) < 2:
        return [changed]
    return [Changed(rules={place: text}) for place, text in changed.rules.items()]
