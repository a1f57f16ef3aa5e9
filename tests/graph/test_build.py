"""Names of nodes, the gates that are chosen, and shapes that do not fit."""

import pytest
from helpers import run

from backprop_cli.errors import BackpropError
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("(x+y)*z", "x y z q f"), ("x*y", "x y f"), ("x", "x"), ("x+y+z+x", "x y z q1 q2 f"),
        ("q*f+x", "q f x q1 f1"), ("loss = x*y", "x y loss"), ("q = x + y; q*x", "x y q f"),
        ("q1*(x+y)*x", "q1 x y q2 q3 f"), ("2*x + 2", "x 2 q f"), ("a = x; a*a", "x a f"),
    ],
)  # fmt: skip
def test_names(formula: str, names: str) -> None:
    letters = dict.fromkeys("xyzqf", 1.0) | {"q1": 1.0}
    expression = parse(formula)
    inputs = {name: letters[name] for name in expression.free_names()}
    assert run(formula, **inputs).graph.names == names.split()


@pytest.mark.parametrize(
    ("formula", "gates"),
    [
        ("1/x", "1/x"), ("2/x", "div"), ("x^2", "square"), ("x²", "square"), ("x^3", "pow"),
        ("e^x", "exp"), ("2^x", "pow"), ("max(x,y)", "max"), ("max(x,y,1)", "max_of"),
        ("max(x)", "max_in"), ("||x||^2", "L2"), ("norm(x)^2", "L2"), ("||x||", "norm"),
        ("n = ||x||; n^2", "norm square"), ("ln(x)", "log"), ("σ(x)", "sigmoid"), ("-x", "neg"),
        ("x+x", "add"), ("sin(x)+sin(x)", "sin sin add"), ("s = sin(x); s+s", "sin add"),
    ],
)  # fmt: skip
def test_gates(formula: str, gates: str) -> None:
    graph = build(parse(formula), {"x": (), "y": ()})
    assert [gate.name for gate in graph.gates if gate] == gates.split()


def test_e_and_pi_are_constants_unless_bound() -> None:
    assert run("e*x", x=1).value == pytest.approx(2.718281828459045)
    assert run("e*x", x=1, e=3).gradients == {"e": 1.0, "x": 3.0}


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("W @ v", "W is 2×3 and v is 2: the inner sizes, 3 and 2, must be equal"),
        ("W + v", "W is 2×3 and v is 2: the shapes do not fit"),
        ("dot(v, u)", "v is 2 and u is 3: dot needs two equal shapes"),
        ("v * u.T", "v is 2 and u.T is 1×3: a vector is a column, its transpose a row"),
        ("W @ 2", "W is 2×3 and 2 is a number: @ multiplies vectors and matrices"),
        ("[v, u]", "the elements of a list must have one shape"),
        ("W[2]", "there is no element [2] in a value of shape 2×3, counted from 0"),
        ("v[0,1]", "a value of shape 2 has no element [0, 1]"),
        ("sum(v, axis=1)", "there is no axis 1 in a value of shape 2"),
    ],
)
def test_shapes_that_do_not_fit(formula: str, message: str) -> None:
    with pytest.raises(BackpropError) as caught:
        build(parse(formula), {"W": (2, 3), "v": (2,), "u": (3,)})
    assert caught.value.message == message
    assert caught.value.span is not None


def test_a_value_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(BackpropError, match="too large"):
        build(parse("v @ v.T"), {"v": (100_000,)})
