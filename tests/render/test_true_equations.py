"""No screen, page, paper or JSON shows an equation that is false as it stands."""

import json
from random import Random
from typing import Any

import numpy as np
import pytest
from equations import Reader, of_latex, of_page, of_screen, of_words
from formulas import array_program
from helpers import EXAMPLES, run
from papers import written

from backprop_cli.analysis.notes.rounding_noise import without_noise
from backprop_cli.autodiff.trace import Trace
from backprop_cli.render.latex.notation import LatexNotation
from backprop_cli.render.page.data import page_data
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.explain.words import sentences
from backprop_cli.render.text.options import Look

RUNS: list[tuple[str, dict[str, Any]]] = [
    *((example["program"], example["inputs"]) for example in EXAMPLES),
    *((example["expression"], example["inputs"]) for example in EXAMPLES),
    *(array_program(Random(seed), (-2.0, -0.5, 0.3, 1.0, 1.7)) for seed in range(100)),
]
WIDE = Look(100_000)


def traced(program: str, inputs: dict[str, Any]) -> Trace:
    t = run(program, **inputs)
    return (
        run(program, **inputs, seed=np.ones(t.graph.shapes[t.graph.output]))
        if np.shape(t.value)
        else t
    )


@pytest.mark.parametrize(("program", "inputs"), RUNS)
def test_screen(program: str, inputs: dict[str, Any]) -> None:
    t = traced(program, inputs)
    text = "\n".join(
        line.plain for line in screen(t, WIDE, Contents(("forward", "backward", "gradients")))
    )
    reader, count = Reader(t), 0
    for equation in of_screen(text):
        reader.check(equation)
        count += 1
    assert count >= len(t.graph.gates) - len(t.graph.constants)


def checked(t: Trace, found: Any, columns: bool = False) -> int:
    reader, count = Reader(t, columns=columns), 0
    for equation in found:
        reader.check(equation)
        count += 1
    return count


@pytest.mark.parametrize(("program", "inputs"), RUNS)
def test_words(program: str, inputs: dict[str, Any]) -> None:
    t = traced(program, inputs)
    assert checked(t, of_words(sentences(without_noise(t).trace, WIDE, None)))


@pytest.mark.parametrize(("program", "inputs"), RUNS)
def test_papers(program: str, inputs: dict[str, Any]) -> None:
    t = traced(program, inputs)
    format_ = "markdown" if len(program) % 2 else "latex"
    notation = LatexNotation(t.graph, markdown=format_ == "markdown", objective=t.objective)
    gates = sum(gate is not None for gate in t.graph.gates)
    assert checked(t, of_latex(written(format_, t), notation), columns=True) >= gates


@pytest.mark.parametrize(("program", "inputs"), RUNS)
def test_page(program: str, inputs: dict[str, Any]) -> None:
    t = traced(program, inputs)
    # A page works all out again while one looks, and shows what it gets.
    assert checked(t, of_page(page_data(without_noise(t).trace, WIDE)))


@pytest.mark.parametrize(("program", "inputs"), RUNS)
def test_json(program: str, inputs: dict[str, Any]) -> None:
    t = traced(program, inputs)
    steps = json.loads(written("json", t))["steps"]
    for step in steps:
        assert (
            np.asarray(step["downstream"], float).shape
            == t.graph.shapes[t.graph.names.index(step["input"])]
        )
    reader = Reader(t, 15)
    reader.values = dict(zip(t.graph.names, t.values, strict=True))
    reader.trace = t
    for step, row in zip(t.steps, steps, strict=True):
        reader.values["g"] = t.arrived[step.output]
        reader.rows -= {"g"}
        reader.rows |= {"g"} if t.graph.types[step.output].is_row else set()
        ours = reader.value(row["rule"], None)
        right = row["downstream"] if row["local"] is None else row["local"]
        np.testing.assert_allclose(
            *np.broadcast_arrays(ours, np.asarray(right, float)), rtol=1e-9, atol=1e-12
        )
