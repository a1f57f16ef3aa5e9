"""The trace for programs: nothing but `BackpropError` escapes, and everything says what it is."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from backprop_cli import BackpropError, explain


class Stubborn:
    """Offers itself as an array, and then refuses, as a tensor on a graph does."""

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("detach me first")


BAD: list[tuple[Callable[[], Any], str]] = [
    (lambda: explain(5), "a formula is a text"),  # type: ignore[arg-type]
    (lambda: explain(""), "the formula is empty"),
    (lambda: explain("x*y", [1, 2]), "inputs are given as a mapping"),  # type: ignore[arg-type]
    (lambda: explain("x*y", 5), "inputs are given as a mapping"),  # type: ignore[arg-type]
    (lambda: explain("x", {1: 2}), "inputs are given as a mapping"),  # type: ignore[dict-item]
    (lambda: explain("x", {"x": 1}, x=1), "'x' is given twice"),
    (lambda: explain("x", x=Stubborn()), "the value of 'x' is not a list of numbers"),
    (lambda: explain("x", x=[[1], [2, [3]]]), "the value of 'x' is not a list of numbers"),
    (lambda: explain("x*y", x=1, y=2, data="z"), "data: the formula has no input 'z'"),
    (lambda: explain("x*y", x=1, y=2, data="x,y"), "data leaves no input"),
    (lambda: explain("x*y", x=1, y=2, wrt="x", data="y"), "wrt and data cannot be combined"),
    (lambda: explain("x*y", x=1, y=2, wrt=5), "wrt is a name or a list of names"),
    (lambda: explain("x*y", x=1, y=2, wrt=[["x"]]), "wrt is a name or a list of names"),
    (lambda: explain("x*y", x=1, y=2, wrt="x y"), "wrt: 'x y' is not one name"),
    (lambda: explain("x*y", x=1, y=2, wrt="x,"), "wrt: a name is missing"),
    (lambda: explain("x*y", x=1, y=2, wrt="f"), "wrt: 'f' is a step, not an input"),
    (lambda: explain("x*2", x=1, wrt="2"), "wrt: the formula has no input '2'"),
    (lambda: explain("x", x=1, upstream="one"), "the value of 'upstream' is not a number"),
    (lambda: explain("x", x=1, upstream=[1]), "upstream is a vector of 1, the output is a number"),
    (lambda: explain("\ud800", x=1), "valid UTF-8"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=range(len(BAD)))
def test_only_one_exception_escapes(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(BackpropError) as caught:
        call()
    assert message in str(caught.value)
    assert "backprop explain" not in str(caught.value)


@pytest.mark.parametrize("wrt", ["theta", "θ", ["theta"], ("θ", "θ"), {"theta"}])
def test_wrt_reads_names_as_inputs_are_read(wrt: Any) -> None:
    assert explain("θ*x", theta=1, x=2, wrt=wrt).gradients == {"θ": 2.0}


def test_wrt_may_list_names_in_a_text() -> None:
    assert list(explain("x*y*z", x=1, y=2, z=3, wrt="x, z").gradients) == ["x", "z"]


def test_an_error_is_printed_inert() -> None:
    with pytest.raises(BackpropError) as caught:
        explain("x", {"x": 1, "y\x1b[2J\n": 1})
    assert "\x1b" in caught.value.message
    assert "\x1b" not in str(caught.value)
    assert str(caught.value).splitlines()[0] == r"the formula has no input 'y\x1b[2J\n'"


def test_without_an_upstream_there_are_values_only() -> None:
    t = explain("2*x", x=[1, 2])
    assert t.value.tolist() == [2.0, 4.0]
    assert (t.gradients, t.steps, t.seed) == ({"x": None}, [], None)
    assert "no gradient without an upstream value" in repr(t)


def test_notes_say_what_the_screen_says() -> None:
    (note,) = explain("relu(x)", x=0).notes
    assert (note.kind, note.node) == ("kink", "f")


def test_a_step_is_short() -> None:
    first, *_, last = explain("(x+y)*z", x=-2, y=5, z=-4).steps
    assert repr(first) == "<step of mul: f -> z, upstream 1.0, local q = 3.0, downstream 3.0>"
    assert repr(last) == "<step of add: q -> x, upstream -4.0, local 1 = 1.0, downstream -4.0>"
    step = explain("sum(W @ x)", W=np.ones((1, 2)), x=[1, 2]).steps[1]
    assert (
        repr(step) == "<step of matmul: q -> x, upstream [1.], local W.T @ g, downstream [1. 1.]>"
    )


def neuron(w: float, x: float, b: float = 0.0) -> float:
    """One neuron, of which the source is read."""
    h = math.tanh(w * x + b)
    return h**2


def test_a_plain_function_is_read_and_not_called() -> None:
    trace = explain(neuron, w=0.5, x=-1, b=0.25)
    slope = 2 * math.tanh(-0.25) * (1 - math.tanh(-0.25) ** 2)
    assert trace.value == pytest.approx(math.tanh(-0.25) ** 2, rel=1e-12)
    assert trace.gradients == pytest.approx({"w": -slope, "x": 0.5 * slope, "b": slope}, rel=1e-12)


def test_a_function_within_another_is_read_too() -> None:
    def inner(x: float) -> float:
        return x * x

    assert explain(inner, x=3).gradients == {"x": 6}


BIAS = np.array([1.0, 2.0])


def with_defaults(
    x: Any, w: Any = 2.0, *, b: Any = BIAS, rounds: int = 2, mode: str = "plain"
) -> Any:
    for _ in range(rounds):
        x = x * w
    return (x + b).sum()


def test_default_arguments_are_values_of_inputs() -> None:
    run = explain(with_defaults, x=[1, 1])
    assert (run.value, run.gradients["w"]) == (11.0, 8.0)
    assert run.gradients["b"].tolist() == [1.0, 1.0]
    other = explain(with_defaults, x=[1, 1], w=3, b=[0, 0])
    assert (other.value, other.gradients["w"]) == (18.0, 12.0)
    text = "def f(x, w=2, *, b=3):\n    return x*w + b"
    assert explain(text, x=1).gradients == {"x": 2.0, "w": 1.0, "b": 1.0}


def test_data_has_no_gradient() -> None:
    inputs = {"X": [[1, 2], [3, 4]], "w": [1, 1], "y": [1, 2]}
    run = explain("mse(X@w, y)", inputs, data="X,y")
    assert list(run.gradients) == ["w"]
    assert run.gradients["w"].tolist() == [17.0, 24.0]
    labelled = explain("cross_entropy(z, y)", z=[1, 2], y=1, data=["y"])
    assert list(labelled.gradients) == ["z"]


def test_a_function_without_source_says_so() -> None:
    space: dict[str, Any] = {}
    exec("def f(x):\n    return x * x", space)
    scale = 2.0

    def scaled(x: float) -> float:
        return scale * x

    for function, message in (
        (space["f"], "the source of this function cannot be had"),
        (math.sin, "only a plain Python function can be read"),
        (lambda x: x * x, "the source of a lambda"),
        (scaled, "this function uses scale from the function around it"),
    ):
        with pytest.raises(BackpropError, match=message):
            explain(function, x=1)
