"""Names of nodes, the gates that are chosen, and what cannot be built."""

import numpy as np
import pytest
from helpers import run
from hypothesis import given
from hypothesis import strategies as st
from one_gate import fitting

from backprop_cli import explain
from backprop_cli.errors import BackpropError
from backprop_cli.gates.shapes import broadcast, size
from backprop_cli.graph.build import build
from backprop_cli.graph.functions import CALLS, CONSTANTS
from backprop_cli.graph.graph import Graph
from backprop_cli.language.parser import parse

SHAPES = {"W": (2, 3), "V": (3, 2), "u": (3,), "v": (2,)}


def graph_of(formula: str) -> Graph:
    """The graph of a formula whose capital letters are matrices, u and v vectors."""
    expression = parse(formula)
    variables = [name for name in expression.free_names() if name not in CONSTANTS]
    return build(expression, {name: SHAPES.get(name, ()) for name in variables})


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        # One unnamed step is q, more are q1, q2, ... in order of computation; the output is f.
        ("(x+y)*z", "x y z q f"), ("x*y", "x y f"), ("x+y+z+x", "x y z q1 q2 f"),
        ("x*y + z*x", "x y z q1 q2 f"), ("x", "x"), ("(x)", "x"),
        # The user's own names stand, and are never taken twice.
        ("loss = x*y", "x y loss"), ("q = x + y; q*x", "x y q f"), ("a = x; a*a", "x a f"),
        ("q*f + x", "q f x q1 f1"), ("q1*(x+y)*x", "q1 x y q2 q3 f"), ("f1*f*q", "f1 f q q1 f2"),
        ("f = x + y; f*f", "x y f f1"), ("q2 = -x; -(-(-q2))", "x q2 q1 q3 f"),
        # A constant is called by its text, and is one node; a variable too.
        ("2*x + 2", "x 2 q f"), ("x^-1.50", "x -1.50 f"), ("x*pi + π", "x pi q f"),
        ("x * [1,  2]", "x [1, 2] f"), ("x + x", "x f"), ("θ₁ + θ1", "θ1 f"),
        # A repeated sub-expression is a node for each time that it is written.
        ("sin(x)*sin(x)", "x q1 q2 f"), ("s = sin(x); s*s", "x s f"),
    ],
)  # fmt: skip
def test_names(formula: str, names: str) -> None:
    graph = graph_of(formula)
    assert " ".join(graph.names) == names
    assert len(set(graph.names)) == len(graph)


@pytest.mark.parametrize(
    ("formula", "gates"),
    [
        ("1/x", "1/x"), ("2/x", "div"), ("1.0/x", "1/x"), ("x^2", "square"), ("x²", "square"),
        ("x^3", "pow"), ("x⁻¹", "pow"), ("e^x", "exp"), ("2^x", "pow"), ("x - 2", "sub"),
        ("max(x,y)", "max"), ("max(x,y,1)", "max_of"), ("max(u)", "max_in"), ("min(u)", "min_in"),
        ("||u||^2", "L2"), ("||u||²", "L2"), ("norm(u)^2", "L2"), ("||u||", "norm"),
        ("||u||^3", "norm pow"), ("n = ||u||; n^2", "norm square"), ("(||u||)^2", "L2"),
        ("ln(x)", "log"), ("σ(x)", "sigmoid"), ("-x", "neg"), ("-2*x", "mul"), ("√x", "sqrt"),
        ("x+x", "add"), ("sin(x)+sin(x)", "sin sin add"), ("s = sin(x); s+s", "sin add"),
        ("[x, 1]", "stack"), ("u[0]", "index"), ("W.T", "transpose"), ("x; y = x", "copy"),
        ("a = 2; a*x", "copy mul"), ("+x", ""), ("W @ u", "matmul"), ("u @ u", "matmul"),
    ],
)  # fmt: skip
def test_gates(formula: str, gates: str) -> None:
    assert " ".join(gate.name for gate in graph_of(formula).gates if gate) == gates


def test_every_name_of_a_gate_calls_it() -> None:
    for name, gate in CALLS.items():
        shapes = dict(zip("xyz", fitting(gate.shape, len(gate.inputs))[0], strict=False))
        graph = build(parse(f"{name}({', '.join(shapes)})"), shapes)
        assert graph.gates[-1].name.removesuffix("_in") == gate.name


@pytest.mark.parametrize("formula", ["x + 2*3", "x*2 + pi", "x + sum([1, 2])", "e*x"])
def test_a_constant_gets_no_gradient(formula: str) -> None:
    t = run(formula, x=2)
    assert t.graph.constants
    assert all(t.arrived[node] is None for node in t.graph.constants)


def test_e_and_pi_are_constants_unless_bound() -> None:
    assert run("e*x", x=1).value == pytest.approx(2.718281828459045)
    assert run("e*x", x=1, e=3).gradients == {"e": 1.0, "x": 3.0}


@pytest.mark.parametrize(
    ("formula", "marked", "message"),
    [
        # Shapes
        ("W @ v", "@", "W is a 2×3 matrix and v is a vector of 2: the inner sizes, 3 and 2, must be equal"),
        ("W @ 2", "@", "W is a 2×3 matrix and 2 is a number: @ multiplies vectors and matrices"),
        ("W @ u.T", "@",
         "W is a 2×3 matrix and u.T is a row of 3: a row of a vector can stand on the right of a vector only"),
        ("W + v", "+", "W is a 2×3 matrix and v is a vector of 2: the shapes do not fit"),
        ("W * V", "*", "W is a 2×3 matrix and V is a 3×2 matrix: the shapes do not fit"),
        ("(W @ u) - u", "-", "(W @ u) is a vector of 2 and u is a vector of 3: the shapes do not fit"),
        ("max(W, v)", "max", "W is a 2×3 matrix and v is a vector of 2: the shapes do not fit"),
        ("dot(v, u)", "dot", "v is a vector of 2 and u is a vector of 3: dot needs two equal shapes"),
        ("W · u", "·", "W is a 2×3 matrix and u is a vector of 3: '·' could mean two products of them"),
        ("W ⋅ W", "⋅", "W is a 2×3 matrix and W is a 2×3 matrix: '⋅' could mean two products of them"),
        ("2·u.T·V", "·", "2·u.T is a row of 3 and V is a 3×2 matrix: '·' could mean two products of them"),
        ("v * u.T", "*", "v is a vector of 2 and u.T is a row of 3: a vector is a column, its transpose a row"),
        ("[v, u]", "[", "the elements of a list must have one shape"),
        ("[W, W]", "[", "a list holds numbers or vectors, not matrices"),
        ("W[2]", "[2]", "there is no element [2] in a 2×3 matrix, counted from 0"),
        ("W[0,-4]", "[0,-4]",
         "there is no element [0, -4] in a 2×3 matrix, counted from 0"),
        ("v[0,1]", "[0,1]", "a vector of 2 has no element [0, 1]"),
        ("x[0]", "[0]", "a number has no element [0]"),
        ("v[x]", "x", "an index is a whole number"),
        ("sum(v, axis=1)", "sum", "there is no axis 1 in a vector of 2"),
        ("sum(W, axis=2)", "axis=2", "an axis is 0 (down the columns) or 1 (along the rows)"),
        ("sin(W, axis=0)", "axis=0", "sin has no argument 'axis'"),
        ("sum(W, along=0)", "along=0", "sum has no argument 'along'"),
        # Functions and names
        ("sgmoid(x)", "sgmoid", "unknown function 'sgmoid'"),
        ("1 + x(2)", "x", "'x' is not a function"),
        ("sin(x, y)", "sin", "sin takes 1 argument, not 2"),
        ("dot(u)", "dot", "dot takes 2 arguments, not 1"),
        ("max()", "max", "max takes at least 1 argument, not 0"),
        ("f = x; f = y", "f", "'f' is named twice"),
        ("x*y; x = 2", "x", "'x' is used before it is given a value here"),
        ("[]", "[", "a list needs at least one element"),
    ],
)  # fmt: skip
def test_what_cannot_be_built(formula: str, marked: str, message: str) -> None:
    with pytest.raises(BackpropError) as caught:
        graph_of(formula)
    assert caught.value.message == message
    assert formula[slice(*caught.value.span)] == marked


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("sgmoid(x)", "did you mean 'sigmoid'?"), ("x(y+1)", "did you mean x*(y+1)?"),
        ("v * u.T", "for the outer product write v @ u.T"), ("W @ 2", "for a number write *"),
        ("W * V", "for the matrix product write W @ V"), ("v.T * v", "for the dot product write v.T @ v"),
        ("W * v", None), ("W + V", None), ("v + u.T", None),
        ("‖W·u‖²", "for the matrix product write W @ u; element by element write W ⊙ u"),
    ],
)  # fmt: skip
def test_a_guess_is_made(formula: str, hint: str | None) -> None:
    with pytest.raises(BackpropError) as caught:
        graph_of(formula)
    assert caught.value.hint == hint


@pytest.mark.parametrize("formula", ["W * u", "W × u", "W*W", "2·W", "W·x", "x·y", "x·u"])
def test_products_that_can_mean_one_thing_only(formula: str) -> None:
    assert graph_of(formula).gates[-1].name == "mul"


@pytest.mark.parametrize("formula", ["u·u", "W[0]·u", "u⋅u"])
def test_a_dot_of_two_vectors_is_their_dot_product(formula: str) -> None:
    graph = graph_of(formula)
    assert graph.gates[-1].name == "dot"
    assert graph.shapes[-1] == ()


def test_a_value_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(BackpropError, match="too large"):
        build(parse("v @ v.T"), {"v": (100_000,)})


SIDES = st.lists(st.integers(1, 3), max_size=2).map(tuple)


@given(SIDES, SIDES)
def test_shapes_are_known_before_anything_runs(
    first: tuple[int, ...], second: tuple[int, ...]
) -> None:
    try:
        expected = np.broadcast_shapes(first, second)
    except ValueError:
        expected = None
    assert broadcast(first, second) == expected
    if expected is not None:
        graph = build(parse("a*b"), {"a": first, "b": second})
        assert graph.shapes[graph.output] == expected
        assert size(expected) == np.zeros(expected).size


def test_a_graph_is_never_changed_after_it_was_built() -> None:
    graph = graph_of("(x+y)*z")
    for column in (graph.gates, graph.args, graph.shapes, graph.types, graph.outputs):
        assert isinstance(column, tuple)


def test_which_size_the_right_factor_must_have_is_told_where_no_sign_is_written() -> None:
    with pytest.raises(BackpropError) as refused:
        explain("W x", W=[[1, 2, 3], [4, 5, 6]], x=[1, 2])
    assert refused.value.hint == "x must have 3 elements, as many as W has columns"


@pytest.mark.parametrize(
    ("power", "instead"), [("2", "square(X)"), ("{-1}", "1/X"), ("3", "pow(X, 3)")]
)
def test_how_a_matrix_that_is_not_square_is_raised_element_by_element(
    power: str, instead: str
) -> None:
    with pytest.raises(BackpropError) as refused:
        explain(f"X^{power}", X=[[1, 2, 3], [4, 5, 6]])
    assert refused.value.hint == f"element by element write {instead}"
    assert explain(f"sum({instead})", X=[[1, 2, 3], [4, 5, 6]]).value > 0
