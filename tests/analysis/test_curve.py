"""The curve of an output along one number of its inputs, and its tangent."""

import numpy as np
import pytest

from backprop_cli import explain
from backprop_cli.analysis.curve import tangent_at
from backprop_cli.autodiff.elements import Element


def test_the_curve_is_the_formula_and_the_tangent_touches_it() -> None:
    found = tangent_at(explain("x*sin(x) + y", x=3, y=1), Element("x", ()))
    xs, ys = np.array(found.curve).T
    assert (xs[0], xs[-1]) == (0, 6)
    assert np.allclose(ys, xs * np.sin(xs) + 1)
    middle = len(xs) // 2
    assert found.curve[middle] == found.tangent[middle] == (3, found.value)
    nearby = (ys[middle + 1] - ys[middle - 1]) / (xs[middle + 1] - xs[middle - 1])
    assert found.slope == pytest.approx(nearby, rel=1e-2)


def test_one_element_moves_and_the_others_stand_still() -> None:
    weights = [[1.0, 2.0], [3.0, 4.0]]
    found = tangent_at(explain("||W@x||^2", W=weights, x=[1, -1]), Element("W", (1, 0)))
    xs, ys = np.array(found.curve).T
    assert np.allclose(ys, (1 - 2) ** 2 + (xs - 4) ** 2)
