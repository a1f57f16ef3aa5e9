"""What lectures, homework and notebooks have is read as it stands, and gives what NumPy gives."""

from typing import Any

import numpy as np
import pytest
from inputs.lecture_notes import PASTED, Pasted

from backprop_cli import explain

H = 1e-6


def squares(value: Any) -> Any:
    """A number of any value: the sum of the squares of an array."""
    return np.sum(np.asarray(value) ** 2) if np.ndim(value) else value


@pytest.mark.parametrize("one", PASTED, ids=lambda one: one.text[:50])
def test_value_and_gradients(one: Pasted) -> None:
    trace = explain(one.text, one.inputs)
    expected = one.value(one.inputs)
    np.testing.assert_allclose(np.squeeze(trace.value), np.squeeze(expected), rtol=1e-9)
    if np.ndim(trace.value):
        trace = explain(one.text, one.inputs, upstream=2 * np.asarray(trace.value))
    for name, gradient in trace.gradients.items():
        if name in one.inputs:
            measured = _measured(one, name)
            np.testing.assert_allclose(gradient, measured, rtol=2e-5, atol=2e-6, err_msg=name)


def _measured(one: Pasted, name: str) -> Any:
    base = np.asarray(one.inputs[name], float)
    found = np.zeros_like(base)
    for place in np.ndindex(base.shape):
        ends = []
        for step in (H, -H):
            moved = base.copy()
            moved[place] += step
            ends.append(
                squares(one.value({**one.inputs, name: moved if base.shape else float(moved)}))
            )
        found[place] = (ends[0] - ends[1]) / (2 * H)
    return found


def test_there_are_sixty_and_more() -> None:
    assert len(PASTED) >= 60
