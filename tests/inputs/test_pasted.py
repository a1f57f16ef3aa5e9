"""Formulas as people paste them are read as they stand, and give their author's numbers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backprop_cli import explain

SHARED = Path(__file__).resolve().parents[3] / "shared" / "reference" / "pasted.json"
PASTED = json.loads(SHARED.read_text(encoding="utf-8")) if SHARED.exists() else []


@pytest.mark.parametrize("example", PASTED, ids=lambda example: example["text"][:60])
def test_it_is_read_as_it_stands(example: dict[str, Any]) -> None:
    trace = explain(example["text"], example["inputs"])
    value = trace.value
    if not isinstance(value, float):
        # Of a vector, the reference has the sum of its squares.
        trace = explain(example["text"], example["inputs"], upstream=2 * value)
        value = np.sum(value**2)
    assert np.allclose(value, example["value"], rtol=1e-9)
    assert set(trace.gradients) == set(example["gradients"])
    for name, gradient in example["gradients"].items():
        assert np.allclose(trace.gradients[name], gradient, rtol=1e-7, atol=1e-12), name


@pytest.mark.parametrize("example", PASTED, ids=lambda example: example["text"][:60])
def test_what_is_said_to_be_understood_is_what_was_computed(example: dict[str, Any]) -> None:
    trace = explain(example["text"], example["inputs"])
    if trace.graph.read_as:
        again = explain(trace.graph.read_as, example["inputs"] | trace.inputs)
        assert np.allclose(again.value, trace.value, rtol=1e-12)
