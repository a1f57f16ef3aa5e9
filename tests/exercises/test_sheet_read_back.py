"""What a student sees is what is marked: the circuit on a sheet, typed again, is the exercise's."""

import numpy as np
import pytest

from backprop_cli.api import explain
from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.authoring.worksheet import worksheet
from backprop_cli.exercises.generate.compose import ExerciseRequest, compose
from backprop_cli.exercises.generate.levels import fresh
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.variants import Variants

MATRIX, VECTOR = "{ from = -3, to = 3, shape = [2, 3] }", "{ from = -3, to = 3, shape = [3] }"

FORMULAS = [
    ("S = softmax(X, axis=1); f = sum(S*Y)", {"X": MATRIX, "Y": MATRIX}),
    ("m = max(X, axis=0); f = sum(m)", {"X": MATRIX}),
    ("m = sum(X, axis=1, keepdims=True); f = sum(X/m)", {"X": MATRIX}),
    ("f = ||W @ x||^2", {"W": MATRIX, "x": VECTOR}),
    ("f = sum(norm(X, axis=1))", {"X": MATRIX}),
    ("f = max(x)*x[0]", {"x": VECTOR}),
    ("f = sum(mean(X, axis=0)*x)", {"X": MATRIX, "x": VECTOR}),
    ("f = sum(square(X))", {"X": MATRIX}),
    ("f = logsumexp(x) - x[1]", {"x": VECTOR}),
    ("f = sum(outer(x, x))", {"x": VECTOR}),
    ("f = x.T @ x", {"x": VECTOR}),
    (r"f = \\frac{x}{1 + e^{-y}}", {"x": "2.5", "y": "{ from = -3, to = 3 }"}),
    ("f = np.sum(np.maximum(0, W.dot(x)))", {"W": MATRIX, "x": VECTOR}),
    ("x = -2; y = 5; q = x + y; f = q*z", {"z": "{ from = -3, to = 3 }"}),
    ("f = -log(softmax(x)[k])", {"x": VECTOR, "k": "1"}),
]


def read_back(text: str) -> None:
    exercise = read_exercise(text.encode(), "e.toml")
    variants = Variants(exercise)
    student = "ada"
    case = Case(exercise, variants.inputs(variants.number_of(student)))
    lines = [
        line[4:]
        for line in worksheet(exercise, variants, student).splitlines()
        if line.startswith("#   ")
    ]
    steps = [line for line in lines if line.partition(" = ")[0] not in case.inputs]
    # A label stands on the sheet as the number that it is.
    run = explain("; ".join(steps), {name: case.inputs[name] for name in case.graph.inputs})
    assert len(run.graph) == len(case.graph), steps
    assert np.allclose(run.value, case.values[case.graph.output]), steps
    for name, node in case.graph.inputs.items():
        expected = case.gradients[node]
        if expected is not None:
            assert np.allclose(run.gradients[name], expected), (steps, name)


@pytest.mark.parametrize(("formula", "inputs"), FORMULAS)
def test_axes_and_arrays(formula: str, inputs: dict[str, str]) -> None:
    drawn = "".join(f"{name} = {how}\n" for name, how in inputs.items())
    ask = f'[[questions]]\nask = "df/d{next(iter(inputs))}"\n'
    read_back(
        'schema = "backprop/exercise/v1"\ntitle = "Read back"\n'
        f'formula = "{formula}"\n[inputs]\n{drawn}{ask}'
    )


LEVELS = [1, 2, 3, *(pytest.param(level, marks=pytest.mark.slow) for level in (4, 5))]


@pytest.mark.parametrize("level", LEVELS)
def test_fresh_exercises(level: int) -> None:
    for seed in range(8):
        made = fresh(level, StableRandom("sheet", level, seed))
        read_back(compose(ExerciseRequest(made.program, drawn=made.inputs, seed=str(seed))).text)
