"""Each gate of the table is diagnosed: a row that is added is known to the marker at once."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from exercise_files import blamed, marked, marker
from one_gate import formula_of, names_of

from backprop_cli.autodiff.trace import Trace
from backprop_cli.autodiff.trace import trace as run
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.diagnosis.diagnosis import Hypotheses, PredictedAnswers
from backprop_cli.exercises.diagnosis.predictions import predicted_questions
from backprop_cli.exercises.mistakes.table import BY_NAME, MISTAKES
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import AtStep
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.gates.table import GATES
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse

TRIVIAL = {"0", "1", "-1", "g.T", "g[p]"}
"""Local derivatives that change nothing but a sign or a place."""

SHAPES: tuple[tuple[tuple[int, ...], ...], ...] = (
    ((3,), (3,), (3,)),
    ((), (), ()),
    ((2, 3), (3,), ()),
    ((2, 3), (3, 2), ()),
    ((2, 2), (2, 2), ()),
)
"""Of the inputs of a gate; the first that fits is taken."""

NUMBERS = [0.7, 1.3, 1.9, 2.3, 0.4, 3.1, 2.9, 1.7, 0.9]
"""Values at which nothing is equal by accident."""


def value(number: int, shape: tuple[int, ...], sign: int = 1) -> Any:
    """Numbers of which the first has a sign."""
    values = np.array(NUMBERS[number:] + NUMBERS[:number])
    values[0] *= sign
    return values[: int(np.prod(shape))].reshape(shape) if shape else float(values[0])


def circuit_of(gate: Gate) -> Trace:
    """The gate as `q`, and after it something that gives it an upstream other than 1."""
    for shapes, scale in product(SHAPES, (1, 0.3)):
        sign = 1 if gate.domain else -1
        inputs = {n: scale * value(k, shapes[k], sign) for k, n in enumerate(names_of(gate))}
        step = formula_of(gate, position="1").replace("f = ", "q = ")
        try:
            alone = build(parse(step), {name: np.shape(given) for name, given in inputs.items()})
            if alone.gates[alone.output] is not gate:
                continue
            after = alone.shapes[alone.output]
            last = "f = sum(q ⊙ y)" if after else "f = q*y"
            inputs["y"] = value(4, after)
            graph = build(parse(f"{step}; {last}"), {n: np.shape(v) for n, v in inputs.items()})
        except BackpropError:
            continue
        made = run(graph, inputs)
        if np.all(np.isfinite(made.values[made.graph.output])):
            return made
    raise AssertionError(f"no inputs are found for {gate.name}")


def plain(value: Any) -> Any:
    return value if isinstance(value, float) else value.tolist()


def named(gate: Gate) -> set[str]:
    """The mistakes that marking names at the gate, of those that somebody could make there."""
    made = circuit_of(gate)
    graph = made.graph
    found: set[str] = set()
    for each in predicted_questions(made):
        name = graph.names[each.node]
        if name in ("f", "q", "y"):
            continue
        question = f"df/d{name}"
        inputs = {name: plain(given) for name, given in made.inputs.items()}
        for answer, _ in each.wrong:
            graded = marked(graph.source, inputs, {question: plain(answer)})
            found |= {mistake for mistake, at in blamed(graded) if "q" in at}
    return found


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_two_mistakes_at_least_are_named_at_each_gate(gate: Gate) -> None:
    if set(gate.local) <= TRIVIAL:
        pytest.skip("nothing can go wrong but a sign")
    assert len(named(gate)) >= 2


FUNCTIONS = [
    gate
    for gate in GATES
    if gate.pattern is Pattern.SCALER and len(gate.inputs) == 1 and not gate.shape.takes_square
]


@pytest.mark.parametrize("gate", FUNCTIONS, ids=lambda gate: gate.name)
def test_what_can_go_wrong_at_any_function_is_named(gate: Gate) -> None:
    found = named(gate)
    assert "upstream-dropped" in found
    assert found & {"sign-lost", "sign-turned"}
    assert gate.local == ("-1",) or "local-factor-lost" in found


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [(3, "local-factor-lost"), (1.2551690, "upstream-dropped"), (-3.7655070, "sign-turned")],
)
def test_what_goes_wrong_at_sinh_is_named(answer: float, mistake: str) -> None:
    """In marking, at a step of a lesson, and by the page that asks for predictions."""
    inputs = {"x": 0.7, "y": 3.0}
    graded = marked("q = sinh(x); f = q*y", inputs, {"df/dq": 3, "df/dx": answer})
    assert blamed(graded) == {(mistake, ("q",))}
    made = run(build(parse("q = sinh(x); f = q*y"), dict.fromkeys(inputs, ())), inputs)
    (asked,) = [each for each in predicted_questions(made) if made.graph.names[each.node] == "x"]
    title = BY_NAME[mistake].title
    (reason,) = [why for wrong, why in asked.wrong if wrong == pytest.approx(answer)]
    assert title in reason[0].lower() + reason[1:]
    exercise = marker("q = sinh(x); f = q*y", inputs, ["df/dx"]).exercise
    graph = exercise.graph
    step = replace(exercise, step=AtStep(frozenset({(graph.output, graph.names.index("q"))})))
    lesson = PredictedAnswers(Case(step, inputs), Hypotheses(step))
    (explanation,) = lesson.explain({0: float(answer)})
    assert [hypothesis.mistake.name for hypothesis in explanation] == [mistake]


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_no_two_mistakes_are_one_rule(gate: Gate) -> None:
    """Else both would be named for every answer, as if they explained it equally well."""
    seen: dict[Any, str] = {}
    for mistake in MISTAKES:
        for texts in mistake.change.rules(gate):
            assert seen.setdefault(texts, mistake.name) == mistake.name
            assert texts != gate.local
