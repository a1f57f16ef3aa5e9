"""No screen, page, paper or JSON shows an equation that is false as it stands."""

from random import Random
from typing import Any

import numpy as np
import pytest
from equations import Equation, Reader, of_screen
from formulas import array_program
from helpers import EXAMPLES, run

from backprop_cli.autodiff.trace import Trace
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.options import Look

RUNS: list[tuple[str, dict[str, Any]]] = [
    *((example["program"], example["inputs"]) for example in EXAMPLES),
    *((example["expression"], example["inputs"]) for example in EXAMPLES),
    *(array_program(Random(seed), (-2.0, -0.5, 0.3, 1.0, 1.7)) for seed in range(100)),
]
WIDE = Look(100_000)


def traced(program: str, inputs: dict[str, Any]) -> Trace:
    seed: Any = 1.0
    t = run(program, **inputs)
    return run(program, **inputs, seed=np.ones(t.graph.shapes[t.graph.output])) if np.shape(t.value) else t


@pytest.mark.parametrize(("program", "inputs"), RUNS)
def test_screen(program: str, inputs: dict[str, Any]) -> None:
    t = traced(program, inputs)
    text = "\n".join(l.plain for l in screen(t, WIDE, Contents(("forward", "backward", "gradients"))))
    reader, count = Reader(t), 0
    for equation in of_screen(text):
        reader.check(equation)
        count += 1
    assert count >= len(t.graph.gates) - len(t.graph.constants)
