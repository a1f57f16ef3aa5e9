"""Jacobians and the sums of one element, against slopes measured from the forward pass alone."""

from typing import Any

import numpy as np
import pytest
from helpers import place, run
from hypothesis import given, settings
from hypothesis import strategies as st
from one_gate import NAMES, uses

from backprop_cli.analysis.structure import structure_by_gates, structure_of
from backprop_cli.analysis.terms import axes_fed, contribution
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.jacobian import edges, gate_jacobian, jacobian
from backprop_cli.autodiff.trace import Trace, trace
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shapes import size
from backprop_cli.gates.structures import JacobianKind
from backprop_cli.gates.table import GATES
from backprop_cli.graph.build import build
from backprop_cli.graph.rewriting.subgraph import between
from backprop_cli.language.parser import parse

PROGRAMS = {
    "vector": "q = W @ x; h = tanh(q + x); ||h||^2 * x[0]",
    "batch": "q = X @ W + x; s = softmax(q, axis=1); sum(s * X)",
    "outer": "q = x @ x.T; r = q.T + X; n = norm(r, axis=0); sum(n) + mean(exp(x))",
    "row": "q = x.T @ W; f = logsumexp(q * 2) * max(x)",
    "stack": "q = [x[0], x[1] * x[0]]; r = max(q, x); dot(r, W[1])",
    "reused": "q = x * x; r = sum(W, axis=1) + q; s = max(sum(r), sum(x), 0.5); s * r[0]",
}


def values(draw: Any, shape: tuple[int, ...]) -> Any:
    """Values so far from each other that no small step crosses a kink."""
    count = size(shape)
    order = draw(st.permutations(range(count)))
    return np.array([0.2 + (k + 0.3) / (count + 1) for k in order]).reshape(shape)


@st.composite
def runs(draw: Any) -> Trace:
    formula = PROGRAMS[draw(st.sampled_from(sorted(PROGRAMS)))]
    inputs = {"x": values(draw, (2,)), "W": values(draw, (2, 2)), "X": values(draw, (2, 2))}
    free = parse(formula).free_names()
    return run(formula, **{name: inputs[name] for name in inputs if name in free})


def measured(t: Trace, of: int, wrt: int, h: float = 1e-6) -> Any:
    """The Jacobian from the forward pass: each element of `wrt` moved up and down."""
    here, columns = t.values[wrt], []
    for n in range(size(t.graph.shapes[wrt])):
        step = np.zeros(size(t.graph.shapes[wrt]))
        step[n] = h
        step = step.reshape(t.graph.shapes[wrt]) if t.graph.shapes[wrt] else h
        up, down = (
            forward(t.graph, t.inputs, {wrt: moved})[of] for moved in (here + step, here - step)
        )
        columns.append(np.ravel((np.asarray(up) - np.asarray(down)) / (2 * h)))
    return np.array(columns).T


@given(runs(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_jacobian_is_what_is_measured(t: Trace, data: Any) -> None:
    nodes = [k for k in range(len(t.graph)) if t.arrived[k] is not None]
    of, wrt = data.draw(st.sampled_from(nodes)), data.draw(st.sampled_from(nodes))
    np.testing.assert_allclose(jacobian(t, of, wrt), measured(t, of, wrt), atol=1e-7)


@given(runs())
@settings(max_examples=30, deadline=None)
def test_the_row_of_the_output_is_the_gradient(t: Trace) -> None:
    for name, gradient in t.gradients.items():
        row = jacobian(t, t.graph.output, t.graph.inputs[name])
        np.testing.assert_allclose(row, [np.ravel(gradient)], rtol=1e-12)


def check_sums(t: Trace) -> None:
    """The sum of an element is its gradient, and what is not in the sum vanishes."""
    for k, arg in edges(t):
        matrix = gate_jacobian(t, k, arg)
        spots = list(np.ndindex(*t.graph.shapes[k]))
        for n, at in enumerate(np.ndindex(*t.graph.shapes[arg])):
            parts = [contribution(t, step, at, 100) for step in t.contributions(arg)]
            total = sum(part.total for part in parts)
            expected = float(np.ravel(t.arrived[arg])[n])
            assert total == pytest.approx(expected, abs=1e-12, nan_ok=True)
            for part in parts:
                assert part.fed == len(part.terms)
                products = sum(term.product for term in part.terms)
                assert products == pytest.approx(part.total, nan_ok=True)
            terms = [term for part in parts if part.step.output == k for term in part.terms]
            for spot, local in zip(spots, matrix[:, n], strict=True):
                slopes = sum(term.local for term in terms if term.position == spot)
                assert slopes == pytest.approx(local, abs=1e-12, nan_ok=True)


@given(runs())
@settings(max_examples=15, deadline=None)
def test_the_sums_of_a_program_are_its_gradients(t: Trace) -> None:
    check_sums(t)


@pytest.mark.parametrize("formula", ["sum(x - x)", "sum(x / x)", "sum(x @ x.T)", "x @ x"])
def test_a_value_used_twice_by_one_gate(formula: str) -> None:
    t = run(formula, x=[1, 2])
    check_sums(t)
    for k, arg in [edge for edge in edges(t) if between(t.graph, *edge) == [edge[0]]]:
        np.testing.assert_allclose(gate_jacobian(t, k, arg), jacobian(t, k, arg), atol=1e-12)


@st.composite
def gate_runs(draw: Any, gate: Gate) -> Trace:
    formula, shapes = draw(uses(gate))
    inputs = {name: values(draw, shape) for name, shape in zip(NAMES, shapes, strict=False)}
    if gate.practice_range is not None:
        inputs = {n: np.clip(v, *gate.practice_range) for n, v in inputs.items()}
    if gate.shape.takes_square:
        # Far from every matrix that has no inverse: which of them are found out hangs on LAPACK.
        inputs = {n: v + 9 * np.eye(*v.shape) if v.ndim == 2 else v for n, v in inputs.items()}
    inputs = {n: v if v.shape else float(v) for n, v in inputs.items()}
    graph = build(parse(formula), {n: np.shape(v) for n, v in inputs.items()})
    shape = graph.shapes[graph.output]
    return trace(graph, inputs, np.ones(shape) if shape else 1.0)


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
@given(st.data())
@settings(max_examples=8, deadline=None)
def test_the_sums_of_one_element_are_its_gradient(gate: Gate, data: Any) -> None:
    check_sums(data.draw(gate_runs(gate)))


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
@given(st.data())
@settings(max_examples=8, deadline=None)
def test_what_the_gates_say_of_a_structure_is_true(gate: Gate, data: Any) -> None:
    t = data.draw(gate_runs(gate))
    for k, arg in edges(t):
        matrix = gate_jacobian(t, k, arg)
        known = structure_by_gates(t.graph, [k], k, arg)
        assert known is None or holds(matrix, known), known
        assert holds(matrix, structure_of(matrix)), structure_of(matrix)


def holds(matrix: Any, structure: Any) -> bool:
    """Whether a matrix is what it is called: by its definition, not by our own code."""
    there, (rows, columns) = matrix != 0, matrix.shape
    count, height, width = structure.blocks
    square = rows == columns
    diagonal = square and bool((matrix == np.diag(np.diag(matrix))).all())
    ones = set(np.unique(matrix)) <= {0.0, 1.0}
    by_row, by_column = there.sum(axis=1), there.sum(axis=0)
    return bool(
        {
            JacobianKind.NUMBER: matrix.size == 1,
            JacobianKind.ZERO: not there.any(),
            JacobianKind.IDENTITY: square and (matrix == np.eye(rows)).all(),
            JacobianKind.SCALED: square and (matrix == structure.factor * np.eye(rows)).all(),
            JacobianKind.ROUTER: diagonal and ones,
            JacobianKind.DIAGONAL: diagonal,
            JacobianKind.PERMUTATION: ones and (by_row == 1).all() and (by_column == 1).all(),
            JacobianKind.ONE_HOT: rows == 1 and ones and by_row[0] == 1,
            JacobianKind.ONE_A_ROW: (by_row <= 1).all()
            and (ones or not structure.factor)
            and (by_row.all() or not structure.every),
            JacobianKind.ONE_A_COLUMN: (by_column <= 1).all()
            and (ones or not structure.factor)
            and (by_column.all() or not structure.every),
            JacobianKind.BLOCKS: (count * height, count * width) == matrix.shape
            and not (there & (np.kron(np.eye(count or 1), np.ones((height, width))) == 0)).any()
            if count
            else False,
            JacobianKind.SCALED_BLOCKS: True,
            JacobianKind.ROW: rows == 1,
            JacobianKind.DENSE: True,
            JacobianKind.SPARSE: True,
        }[structure.kind]
    )


@pytest.mark.parametrize(
    ("matrix", "kind"),
    [
        ([[3]], JacobianKind.NUMBER),
        ([[0, 0]], JacobianKind.ZERO),
        ([[0, 1]], JacobianKind.ONE_HOT),
        ([[0, 2]], JacobianKind.ROW),
        ([[1, 0], [0, 1]], JacobianKind.IDENTITY),
        ([[2, 0], [0, 2]], JacobianKind.SCALED),
        ([[1, 0], [0, 0]], JacobianKind.ROUTER),
        ([[1, 0], [0, 2]], JacobianKind.DIAGONAL),
        ([[float("nan"), 0], [0, 2]], JacobianKind.DIAGONAL),
        ([[0, 1], [1, 0]], JacobianKind.PERMUTATION),
        ([[1, 0], [0, 1], [1, 0]], JacobianKind.ONE_A_ROW),
        ([[1, 0, 1], [0, 1, 0]], JacobianKind.ONE_A_COLUMN),
        ([[1, 2, 0, 0], [0, 0, 3, 4]], JacobianKind.BLOCKS),
        ([[1, 2], [3, 4]], JacobianKind.DENSE),
        ([[1, 2], [3, 0]], JacobianKind.SPARSE),
    ],
)
def test_structures_have_names(matrix: Any, kind: JacobianKind) -> None:
    assert structure_of(np.array(matrix, float)).kind is kind


@pytest.mark.parametrize(
    ("formula", "of", "wrt", "kind"),
    [
        ("sum(max(0, x))", "q", "x", JacobianKind.DIAGONAL),
        ("sum(tanh(exp(x)*2))", "q3", "x", JacobianKind.DIAGONAL),
        ("sum(x - 1)", "q", "x", JacobianKind.IDENTITY),
        ("sum(1 - x)", "q", "x", JacobianKind.SCALED),
        ("sum(x.T * 2)", "q1", "x", JacobianKind.IDENTITY),
        ("x[3]", "f", "x", JacobianKind.ONE_HOT),
        ("sum(x)", "f", "x", JacobianKind.ROW),
        ("sum(softmax(x))", "q", "x", JacobianKind.DENSE),
        ("q = x*2; sum(x)", "q", "f", JacobianKind.ZERO),
        ("q = 2*x; x*x; q", "x", "q", JacobianKind.ZERO),
    ],
)
def test_a_large_one_is_told_by_its_gates(
    formula: str, of: str, wrt: str, kind: JacobianKind
) -> None:
    t = run(formula, x=np.linspace(-1, 1, 4096), seed=None)
    of_, wrt_ = place(t, of), place(t, wrt)
    known = structure_by_gates(t.graph, between(t.graph, of_, wrt_), of_, wrt_)
    assert known is not None
    assert known.kind is kind


@pytest.mark.parametrize(
    ("formula", "of", "wrt", "kind", "blocks"),
    [
        ("X @ W", "f", "X", JacobianKind.BLOCKS, (4, 3, 2)),
        ("X @ W", "f", "W", JacobianKind.SCALED_BLOCKS, (0, 0, 0)),
        ("X @ x", "f", "X", JacobianKind.BLOCKS, (4, 1, 2)),
        ("X @ x", "f", "x", JacobianKind.DENSE, (0, 0, 0)),
        ("x @ W", "f", "x", JacobianKind.DENSE, (0, 0, 0)),
        ("x @ W", "f", "W", JacobianKind.SCALED_BLOCKS, (0, 0, 0)),
        ("r = b.T; x @ r", "f", "x", JacobianKind.BLOCKS, (2, 3, 1)),
        ("r = b.T; x @ r", "f", "r", JacobianKind.SCALED_BLOCKS, (0, 0, 0)),
        ("softmax(W, axis=1)", "f", "W", JacobianKind.BLOCKS, (2, 3, 3)),
        ("W.T", "f", "W", JacobianKind.PERMUTATION, (0, 0, 0)),
        ("W + b", "f", "b", JacobianKind.ONE_A_ROW, (0, 0, 0)),
        ("sum(W, axis=0)", "f", "W", JacobianKind.ONE_A_COLUMN, (0, 0, 0)),
    ],
)
def test_matrix_gates_have_structure(
    formula: str, of: str, wrt: str, kind: JacobianKind, blocks: tuple[int, int, int]
) -> None:
    arrays = {"X": np.ones((4, 2)), "W": np.ones((2, 3)), "x": np.ones(2), "b": np.ones(3)}
    free = parse(formula).free_names()
    t = run(formula, seed=None, **{n: v for n, v in arrays.items() if n in free})
    k, arg = place(t, of), place(t, wrt)
    known = structure_by_gates(t.graph, [k], k, arg)
    assert known is not None
    assert known[:2] == (kind, blocks)
    assert holds(gate_jacobian(t, k, arg), known)


def test_an_element_that_is_not_taken_feeds_nothing() -> None:
    t = run("x[1, 0] * 2", x=[[1, 2], [3, 4]])
    k = place(t, "q")
    assert axes_fed(t.graph, k, 0, (0, 0)) is None
    assert axes_fed(t.graph, k, 0, (1, 0)) == ()
    t = run("sum(x[-1])", x=[[1, 2], [3, 4]])
    assert axes_fed(t.graph, place(t, "q"), 0, (1, 1)) == (1,)


def test_long_sums_are_cut() -> None:
    t = run("sum(s*x)", s=2, x=np.ones((300, 300)))
    (step,) = t.contributions(place(t, "s"))
    part = contribution(t, step, (), 3)
    assert (len(part.terms), part.fed, part.total) == (3, 90_000, 90_000)


def test_mistaken_rules_are_seen_too() -> None:
    t = run("x*y", x=2, y=3, rules={("mul", 0): "a"})
    assert jacobian(t, t.graph.output, place(t, "x")).tolist() == [[2.0]]
    assert gate_jacobian(t, t.graph.output, place(t, "x")).tolist() == [[2.0]]


def test_the_graph_is_not_changed() -> None:
    t = run("q = W @ x; ||q||^2", W=[[1, 2], [3, 4]], x=[1, 1])
    jacobian(t, place(t, "q"), place(t, "x"))
    assert t.graph.output == place(t, "f")
