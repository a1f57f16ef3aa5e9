"""Sections that are asked for: exact screens, and closed forms that are worked out again."""

import re
from typing import Any

import numpy as np
import pytest
from golden import same
from helpers import EXAMPLES, run
from hypothesis import given, settings
from hypothesis import strategies as st
from one_gate import NAMES, needs_rows, uses

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError, cells
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shapes import copied_along
from backprop_cli.gates.table import GATES
from backprop_cli.render.text.arrays.elements import element_lines
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.explain.sections import SECTIONS
from backprop_cli.render.text.options import Look
from backprop_cli.render.text.section import SectionRequest

LOOKS = {"80": Look(80), "40": Look(40), "ascii": Look(80, ascii=True)}

VEC: dict[str, Any] = next(e for e in EXAMPLES if e["id"] == "cs231n-vec")
NETWORK = "h = relu(X@W + b); mean(logsumexp(h, axis=1))"
ARRAYS = {"X": np.arange(8).reshape(4, 2) / 7, "W": [[1, -1, 0.5], [0.2, 0.3, -2]], "b": [1, 2, 3]}

RUNS: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "vec-jacobians": (VEC["program"], VEC["inputs"], {"--jacobian": "all"}),
    "vec-element": (VEC["program"], VEC["inputs"], {"--element": "W[0,1]"}),
    "vec-element-x": (VEC["program"], VEC["inputs"], {"--element": "x[1]"}),
    "vec-shapes": (VEC["program"], VEC["inputs"], {"--shapes": ""}),
    "network-jacobian": (NETWORK, ARRAYS, {"--jacobian": "h b"}),
    "network-element": (NETWORK, ARRAYS, {"--element": "b[1]"}),
    "network-shapes": (NETWORK, ARRAYS, {"--shapes": ""}),
    "fork": ("s = softmax(x); s[0] + x[1]*x[1]", {"x": [1, 2, 3]}, {"--element": "x[1]"}),
    "router": ("sum(max(0, x))", {"x": [-1, 2, 3]}, {"--jacobian": "q x"}),
    "router-4096": (
        "sum(max(0, x))",
        {"x": np.linspace(-1, 1, 4096)},
        {"--jacobian": "dq/dx", "--element": "x[4095]", "--shapes": ""},
    ),
    "tangent": ("sigmoid(x)*y", {"x": 1, "y": 2}, {"--plot": "x"}),
    "tangent-log": ("log(v[0]) + v[1]", {"v": [1, 2]}, {"--plot": "v[0]"}),
    "tangent-none": ("sqrt(x)", {"x": 0}, {"--plot": "x"}),
    "numbers": ("(x+y)*z", {"x": -2, "y": 5, "z": -4}, {"--jacobian": "all", "--shapes": ""}),
    "rows": ("x.T @ W @ x", {"x": [1, 2], "W": [[1, 2], [3, 4]]}, {"--shapes": ""}),
}


def section(t: Trace, look: Look, sections: dict[str, str], most: int | None = 50) -> list[Any]:
    parts = ("formula", "folded", "sections", "notes")
    return screen(t, look, Contents(parts, most=most, sections=sections))


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("look", LOOKS)
def test_screens(name: str, look: str) -> None:
    formula, inputs, asked = RUNS[name]
    lines = section(run(formula, **inputs), LOOKS[look], asked)
    if look == "ascii":
        assert all(line.plain.isascii() for line in lines)
    same(f"section-{name}-{look}", lines, LOOKS[look].width)


def test_zeros_are_faint() -> None:
    t = run("sum(max(0, x))", x=[-1, 2])
    (row,) = [line for line in section(t, Look(80), RUNS["router"][2]) if "q[0]" in line.plain]
    assert [row.plain[s.start : s.end].strip() for s in row.spans if str(s.style) == "dim"] == [
        "·",
        "·",
    ]


@pytest.mark.parametrize("row", SECTIONS, ids=lambda row: row.option)
@pytest.mark.parametrize("width", [20, 40, 200])
def test_every_section_fits_and_is_bounded(row: Any, width: int) -> None:
    t = run("y = X @ W; sum(y" + " + y" * 2000 + ")", X=np.ones((2, 3)), W=np.ones((3, 2)))
    arguments = {"--jacobian": "all", "--element": "y[0,1]", "--plot": "W[0,1]"}
    argument = arguments.get(row.option, "")
    lines = section(t, Look(width), {row.option: argument})
    assert max(cells(line.plain) for line in lines) <= width
    assert len(lines) < 8000
    assert row.option in ("--closed", "--plot") or any(
        "--all shows them" in line.plain for line in section(t, Look(80), {row.option: argument})
    )


def test_names_are_inert() -> None:
    t = run("sum(é * x)", é=[1, 2], x=[3, 4])
    for option, argument in {"--jacobian": "q é", "--element": "é[0]", "--shapes": ""}.items():
        text = "".join(line.plain for line in section(t, Look(80), {option: argument}))
        assert "é" in text
    for name in ("[bold]x", "x\x1b[31m"):
        with pytest.raises(BackpropError) as caught:
            section(t, Look(80), {"--jacobian": f"q {name}"})
        assert "\x1b" not in str(caught.value)


def test_wide_and_long_names_keep_their_columns() -> None:
    for name in ("名前", "x" * 5000):
        lines = section(
            run(f"sum(2*{name})", **{name: [1, -2.5]}), Look(80), {"--jacobian": f"q {name}"}
        )
        table = [line.plain for line in lines if re.match(r" +q\[|  {8}", line.plain)]
        assert len({cells(line) for line in table}) == 1
        assert len(lines) < 300


CLOSED = re.compile(r"^  d\w+/d\S+ \+?= (?!sum_)(.*) = (\S+)$")


def closed_forms(t: Trace) -> list[tuple[str, float]]:
    """Every closed form that names values alone, with the number that is said to be its value."""
    look, found = Look(10**6, digits=17, ascii=True), []
    for name, node in t.graph.inputs.items():
        for at in np.ndindex(*t.graph.shapes[node]):
            spot = f"{name}[{','.join(map(str, at))}]" if at else name
            lines = [line.plain for line in element_lines(t, look, SectionRequest(spot))]
            found += [match.groups() for line in lines if (match := CLOSED.match(line))]
    return [
        (text, float(number))
        for text, number in found
        if "..." not in text and not re.search(r"\bd\w+(\[.*?\])?/d", text)
    ]


COMPARED = re.compile(r"\b1\[((?:\w|\[[\d,]+\])+) ([<>]) ((?:\w|\[[\d,]+\])+)\]")
"""The indicator 1[x[0] > 0], which is no formula by itself."""


def _holds(t: Trace, left: str, sign: str, right: str) -> bool:
    a, b = worked_out(t, left), worked_out(t, right)
    return a > b if sign == ">" else a < b


def worked_out(t: Trace, text: str) -> float:
    text = re.sub(r"sign\((.*?)\)", r"(\1 / abs(\1))", text)
    text = COMPARED.sub(lambda m: str(int(_holds(t, *m.groups()))), text)
    known = {name: t.values[k] for k, name in enumerate(t.graph.names) if name.isidentifier()}
    named = [name for name in known if re.search(rf"\b{name}\b", text)]
    return float(run(text, **{name: known[name] for name in named}).value)


FORMS = {
    "||W @ x||^2": 6,
    "sum(tanh(W @ x))": 6,
    "mean(X @ W + x)": 10,
    "norm(x) + logsumexp(x) * 3": 4,
    "sum(relu(X @ W) / 3 - x)": 10,
    "s = softmax(x); s[0]": 2,
    "dot(x, X[0])": 4,
    "-sum(exp(x) ^ 2)": 2,
    "sum(W * (x @ X[0].T))": 6,
    "sum(x.T @ W @ x)": 2,
}


@pytest.mark.parametrize("formula", FORMS)
def test_a_closed_form_is_a_formula_of_the_value_beside_it(formula: str) -> None:
    arrays = {"x": [0.2, 0.4], "W": [[0.1, 0.5], [-0.3, 0.8]], "X": [[1.5, 2.5], [0.5, -1]]}
    t = run(formula, **{n: v for n, v in arrays.items() if re.search(rf"\b{n}\b", formula)})
    forms = closed_forms(t)
    assert len(forms) >= FORMS[formula]
    for text, number in forms:
        assert worked_out(t, text) == pytest.approx(number, rel=1e-12, abs=1e-15), text


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
@given(st.data())
@settings(max_examples=6, deadline=None)
def test_every_gate_has_true_closed_forms(gate: Gate, data: Any) -> None:
    needs_rows(gate)
    formula, shapes = data.draw(uses(gate))
    numbers = np.linspace(0.3, 1.4, 27)
    inputs = {
        name: numbers[9 * n : 9 * n + int(np.prod(shape))].reshape(shape)
        for n, (name, shape) in enumerate(zip(NAMES, shapes, strict=False))
    }
    t = run(f"{formula}; 3 * norm(f)", **inputs)
    for text, number in closed_forms(t):
        assert worked_out(t, text) == pytest.approx(number, rel=1e-9, abs=1e-12), text


MISTAKEN: list[tuple[str, dict[str, Any], Any]] = [
    ("s = softmax(x); s[0]", {"x": [1, 2]}, {("softmax", 0): "g * out"}),
    ("s = softmax(x); 3*s[0]", {"x": [1, 2]}, {("softmax", 0): "out * (g - out * sum(g * a))"}),
    ("s = softmax(x); s[0]", {"x": [1, 2]}, {("softmax", 0): "g * exp(a)"}),
    ("sum(W @ x)", {"x": [1, 2], "W": [[1, 3], [5, 7]]}, {("matmul", 1): "a @ g"}),
    ("x[0]*x[1]", {"x": [1, 2]}, {("index", 0): "2 * onehot(a, p)", ("mul", 1): "b"}),
    ("sum(x.T)", {"x": [1, 2]}, {("transpose", 0): "3 * g.T"}),
    ("a = [x, y]; a[1]*a[0]", {"x": 3, "y": 4}, {("stack", 0): "3 * g[p]"}),
]


@pytest.mark.parametrize(("formula", "inputs", "rules"), MISTAKEN)
def test_a_closed_form_is_of_the_rule_that_was_run(formula: str, inputs: Any, rules: Any) -> None:
    t = run(formula, **inputs, rules=rules)
    for text, number in closed_forms(t):
        assert worked_out(t, text) == pytest.approx(number, rel=1e-12), text


def test_the_slope_of_a_softmax_is_worked_out_from_its_row() -> None:
    t = run("s = softmax(x); s[0]", x=[1, 2])
    assert [text for text, _ in closed_forms(t)] == ["s[0] * (1 - s[0])", "-s[1] * s[0]"]
    wrong = run("s = softmax(x); s[0]", x=[1, 2], rules={("softmax", 0): "g * out"})
    assert [text for text, _ in closed_forms(wrong)] == ["s[0]"]


@pytest.mark.parametrize("W", [[[1, 0], [0, 0]], [[2, 0], [0, 2]], [[1, 0], [0, 1]], [[0, 0]] * 2])
def test_numbers_that_happen_to_be_so_are_told_of_this_point(W: Any) -> None:
    for formula in ("W @ x", "relu(W @ x) + W @ x"):
        t = run(formula, seed=None, W=W, x=[1, 2])
        text = "\n".join(line.plain for line in section(t, Look(200), {"--jacobian": "f x"}))
        assert "At this point" in text
        for word in ("4096", "router", "changes as", "the diagonal:"):
            assert word not in text


@pytest.mark.parametrize(
    ("formula", "inputs", "pair", "says"),
    [
        ("relu([x, -x])", {"x": 3}, "f x", "At this point it has at most one 1 in each row."),
        ("[x, 2*x]", {"x": 3}, "f x", "At this point it has one entry in each row."),
        ("t * W", {"t": [0, 2], "W": np.eye(2)}, "f t", "At most one entry in each row: each"),
        ("t + W", {"t": [0, 2], "W": np.eye(2)}, "f t", "One 1 in each row: each"),
        ("sum(W * 2, axis=0)", {"W": np.eye(2)}, "f q", "One 1 in each column: each"),
        ("mean(W * 2, axis=0)", {"W": np.eye(2)}, "f q", "One entry in each column: each"),
        ("max(W * 2, axis=0)", {"W": np.eye(2)}, "f q", "At most one entry in each column: each"),
        ("relu(x)", {"x": [1, 2]}, "f x", "lets an element through or does not. At this point it is the identity."),
        ("relu(x)", {"x": [-1, -2]}, "f x", "At this point all of it is 0."),
        ("max(x)", {"x": [1, 2]}, "f x", "At this point it is one-hot."),
        ("W @ x", {"W": [[1, 2], [3, 0]], "x": [1, 2]}, "f x", "At this point 3 of its 4 entries are not 0."),
        ("tanh(W @ x)", {"W": [[1, 2], [3, 4]], "x": [1, 2]}, "f x", "Dense: each element of f"),
    ],
)  # fmt: skip
def test_what_is_told_of_a_structure(formula: str, inputs: Any, pair: str, says: str) -> None:
    t = run(formula, seed=None, **inputs)
    text = " ".join(line.plain for line in section(t, Look(400), {"--jacobian": pair}))
    assert says in text


def test_one_number_is_one() -> None:
    t = run("[x, 2*x]", seed=None, x=3)
    text = "\n".join(line.plain for line in section(t, Look(200), {"--jacobian": "f x"}))
    assert ", 1 number: 8 bytes." in text


def test_a_new_axis_is_copied_along_even_once() -> None:
    assert copied_along((3,), (1, 3)) == [0]
    assert copied_along((4, 1), (4, 3)) == [1]
    assert copied_along((), (4, 3)) == [0, 1]


def test_an_index_of_two_digits_is_written_out() -> None:
    t = run("sum(x*x)", x=np.ones(12))
    text = "\n".join(line.plain for line in section(t, Look(80), {"--element": "x[11]"}))
    assert "∂f/∂x[11]" in text
