"""Generated code computes what the trace holds, in every style, for every gate."""

import subprocess
import sys
import tokenize
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import needs
import numpy as np
import pytest
from coded import agrees, ran, text_of
from formulas import array_program, scalar_programs
from golden import same
from helpers import EXAMPLES, run
from hypothesis import given, settings
from hypothesis import strategies as st
from one_gate import graph_of, names_of, uses
from rich.text import Text

from backprop_cli.autodiff.trace import Trace, trace
from backprop_cli.errors import BackpropError
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import GATES
from backprop_cli.language.numbers import is_finite
from backprop_cli.render.python.names import identifier
from backprop_cli.render.python.styles import STYLES

RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    **{e["id"]: (e["program"], e["inputs"]) for e in EXAMPLES},
    **{f"{e['id']}-formula": (e["expression"], e["inputs"]) for e in EXAMPLES},
    "forks": ("x*x + x*y + x", {"x": 3, "y": -1}),
    "vector-forks": ("sum((x + y) * x + x)", {"x": [1, 2], "y": [3, -1]}),
    "network": (
        "h = relu(X@W + b); mean(logsumexp(h, axis=1))",
        {"X": np.arange(6).reshape(3, 2) / 7, "W": np.eye(2) - 0.3, "b": [0.1, -0.2]},
    ),
}
LIBRARIES = [pytest.param("torch", marks=needs.module("torch"))]
EVERY = [*LIBRARIES, "numpy", "gates"]


@pytest.mark.parametrize("style", EVERY)
@pytest.mark.parametrize("name", RUNS)
def test_the_examples(name: str, style: str) -> None:
    formula, inputs = RUNS[name]
    agrees(run(formula, **inputs), style)


@pytest.mark.parametrize("style", [style.name for style in STYLES])
@pytest.mark.parametrize("name", ["cs231n-xyz", "cs231n-sigmoid", "cs231n-vec", "forks"])
def test_the_code_reads_so(name: str, style: str) -> None:
    formula, inputs = RUNS[name]
    try:
        text = text_of(run(formula, **inputs), style)
    except BackpropError as error:
        text = error.report()
    same(f"code-{style}-{name}", map(Text, text.splitlines()), 100)


@st.composite
def runs(draw: Any, gate: Gate) -> Trace:
    """The gate at inputs where ties and kinks and the ends of its domain are frequent."""
    formula, shapes = draw(uses(gate))
    random = np.random.RandomState(draw(st.integers(0, 10**6)))
    grid = [-1.0, 0.0, 1.0, 2.0] if draw(st.booleans()) else [0.5, 1.5, 2.0, 2.5]
    inputs = {
        name: random.choice(grid, shape) if shape else float(random.choice(grid))
        for name, shape in zip(names_of(gate), shapes, strict=True)
    }
    graph = graph_of(gate, formula, inputs)
    shape = graph.shapes[graph.output]
    return trace(graph, inputs, random.uniform(1, 2, shape) if shape else 1.5)


@pytest.mark.parametrize("style", ["numpy", "gates"])
@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
@settings(max_examples=20)
@given(data=st.data())
def test_every_gate(gate: Gate, style: str, data: st.DataObject) -> None:
    agrees(data.draw(runs(gate)), style)


@needs.module("torch")
@pytest.mark.parametrize(
    "gate",
    [g for g in GATES if "0" not in g.local and not g.shape.takes_square],
    ids=lambda gate: gate.name,
)
@settings(max_examples=12)
@given(data=st.data())
def test_every_gate_in_torch(gate: Gate, data: st.DataObject) -> None:
    """PyTorch takes the same gradients at kinks and ties; only inf and nan may go other ways."""
    t = data.draw(runs(gate))
    text_of(t, "torch")
    if all(map(is_finite, (t.value, *t.gradients.values()))):
        agrees(t, "torch")


@given(formula=scalar_programs(), x=st.floats(-2, 2), y=st.floats(-2, 2))
@settings(max_examples=25)
def test_random_programs(formula: str, x: float, y: float) -> None:
    t = run(formula, x=x, y=y)
    agrees(t, "numpy", 1e-9)
    agrees(t, "gates", 1e-9)


TAME = (0.0, 1.0, -1.0, 2.0, 0.5, -0.25, 3.0)
WILD = (*TAME, 1e200, -1e200, 1e-200, 1e-320, 710.0, -745.0, 1e16, np.inf, -np.inf, np.nan)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("values", [TAME, WILD], ids=["tame", "wild"])
def test_random_array_programs(values: tuple[float, ...], seed: int) -> None:
    """Every gate after every other; with inf and nan too, the tool finds its own code right."""
    random = Random(seed)
    for _ in range(8):
        formula, inputs = array_program(random, values)
        t = run(formula, **inputs)
        for style in ("numpy", "gates"):
            if all(map(is_finite, (*t.values, *t.arrived))):
                agrees(t, style, 1e-9)
            else:
                ran(text_of(t, style))


POLYNOMIALS = st.recursive(
    st.sampled_from(["x", "y", "2", "0.5"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({''.join(t)})"),
        inner.map(lambda text: f"relu({text})"),
        inner.map(lambda text: f"(-{text})"),
        st.tuples(inner, st.sampled_from(["2", "3", "(-1)", "0.5"])).map(
            lambda t: f"{t[0]}^{t[1]}"
        ),
    ),
    max_leaves=8,
)


@needs.module("micrograd")
@given(formula=POLYNOMIALS, x=st.sampled_from([0.5, 1.25, 3.0]), y=st.sampled_from([0.75, -2.0]))
@settings(max_examples=40)
def test_micrograd(formula: str, x: float, y: float) -> None:
    t = run(f"{formula} + 0*x + 0*y", x=x, y=y, seed=1.5)
    text_of(t, "micrograd")
    if all(map(is_finite, t.values)) and all(map(is_finite, t.arrived)):
        try:
            agrees(t, "micrograd", 1e-9)
        except ZeroDivisionError:
            assert "**" in text_of(t, "micrograd")  # 0 * 0**-1, which it works out, too


@pytest.mark.parametrize(
    ("formula", "inputs", "said"),
    [
        ("exp(x)", {"x": 1}, "micrograd has no word for the exp gate"),
        ("max(x, y, 1)", {"x": 1, "y": 2}, "micrograd has no word for the max gate"),
        (
            "x^y",
            {"x": 1, "y": 2},
            "micrograd has no word for a power whose exponent is no constant",
        ),
        ("sum(x)", {"x": [1, 2]}, "micrograd computes with numbers"),
        ("+".join("x" * 1000), {"x": 1}, "micrograd recurses over the circuit"),
    ],
)
def test_what_micrograd_has_not(formula: str, inputs: dict[str, Any], said: str) -> None:
    with pytest.raises(BackpropError, match=said):
        text_of(run(formula, **inputs), "micrograd")


HARD: list[tuple[str, dict[str, Any]]] = [
    # Nothing to do, and nothing that depends on anything.
    ("x", {"x": 1}), ("2", {}), ("2*3", {}), ("a = x; y*2", {"x": 1, "y": 2}), ("e = 3; x*e", {"x": 2}),
    ("max(2, 3)*x + relu(3)", {"x": 2}), ("x*[1, 2]", {"x": 2, "seed": np.array([1.0, 3.0])}),
    ("x*y", {"x": 1, "y": 2, "wrt": frozenset("y")}), ("x*y", {"x": 1, "y": 2, "seed": -3.0}),
    # Where Python's own numbers stop.
    ("log(x)/y", {"x": 0, "y": 0}), ("x*9^9^9^9", {"x": 1}), ("1/x^2", {"x": 1e200}),
    ("max(x^0.5, 1)", {"x": -2}), ("relu(x^0.3)", {"x": -2}), ("min(x^y, 2)", {"x": -2, "y": 0.5}),
    ("sum(x/0)", {"x": [1, 0]}), ("x/1e200", {"x": 1}), ("x*(1/0)", {"x": 0}),
    ("x^y", {"x": 0, "y": 0}), ("x^(1/3)", {"x": -8}), ("exp(x)*exp(-x)", {"x": 1000}),
    ("sigmoid(x)*softplus(x)", {"x": -1000}), ("x*y", {"x": np.inf, "y": np.nan}),
    ("logsumexp(x)", {"x": [np.inf, 0]}), ("softmax(x)[0]", {"x": [1000, 0]}),
    # Every way to come to a shape.
    ("softmax(x)*max(x)*mean(x)*norm(x)*logsumexp(x)*sum(x)", {"x": 2}),
    ("sum(max(x, y, W)) + sum(min(W, axis=0)) + max(W)", {"x": 1, "y": [1, 2], "W": [[1, 2], [3, 4]]}),
    ("softmax(W, axis=1)[0,1] * softmax(W)[0,0] * sum(norm(W, axis=0))", {"W": [[1, 2], [3, 4]]}),
    ("[x, y, x] @ [1, 2, 3]", {"x": 1, "y": 2}), ("sum([a, b, a] @ W)", {"a": [1, 2], "b": [3, 4], "W": [[1, 2], [3, 4]]}),
    ("x[0]*x[-1] + W[1]@x + W[0,1]", {"x": [1, 2], "W": [[1, 2], [3, 4]]}),
    ("sum((q@x.T)*2) + x.T@x", {"q": [1, 2], "x": [3, 4]}), ("sum(W.T.T*W)", {"W": [[1, 2], [3, 4]]}),
    # Names that mean something else.
    ("lambda + λ*None + True", {"lambda": 1, "λ": 2, "None": 1, "True": 3}),
    ("def_*ef + el", {"def_": 1, "ef": 2, "el": 3}), ("x*dx + d", {"x": 1, "dx": 2, "d": 3}),
    ("x*dx*grad_x*grad_dx", {"x": 1, "dx": 2, "grad_x": 3, "grad_dx": 4}),
    ("np*print*f_gate*AddGate*sent*_*float*self", dict.fromkeys(["np", "print", "f_gate", "AddGate", "sent", "_", "float", "self"], 2)),
    ("torch*Value*sigmoid(sigmoid)*x0*c", dict.fromkeys(["torch", "Value", "sigmoid", "x0", "c"], 0.5)),
    ("x1*θ*ŷ + π*e^x1", {"x1": 1, "θ": 2, "ŷ": 3}), (f"x*{'y' * 10000}", {"x": 1, "y" * 10000: 2}),
    # What a comment must not let out.
    ('(x # """ \\ \r import os\n * x)', {"x": 1}), ("x # \u2028 y\u202e", {"x": 1}),
]  # fmt: skip


@pytest.mark.parametrize("style", EVERY)
@pytest.mark.parametrize(("formula", "inputs"), HARD, ids=[formula[:40] for formula, _ in HARD])
def test_hard_cases(formula: str, inputs: dict[str, Any], style: str) -> None:
    agrees(run(formula, **inputs), style, 1e-9)


def test_a_norm_of_huge_numbers() -> None:
    for size in (1e200, 1e-200):
        agrees(run("norm(x)", x=[size, size]), "numpy")
        agrees(run("sum(norm(W, axis=1))", W=[[size, size], [0, size]]), "gates")


def test_no_comment_is_a_coding() -> None:
    """In its first two lines Python looks for one, and in UTF-7 a comment may hold code."""
    for style in ("numpy", "gates", "torch", "micrograd"):
        text = text_of(run("coding=x*2; coding*coding", x=1), style)
        assert "coding=x*2" in text
        encoding, _ = tokenize.detect_encoding(BytesIO(text.encode()).readline)
        assert encoding == "utf-8"


def test_renamed_names_are_told() -> None:
    text = text_of(run("lambda*x", **{"lambda": 2, "x": 3}), "numpy")
    assert "# Names that Python cannot have: lambda is lambda_.\n" in text
    assert "dlambda_ = x * df\n" in text


def test_a_fork_does_not_change_another_gradient() -> None:
    """y receives the very array of q's gradient, which x must not add to."""
    for style in ("numpy", "gates"):
        t = run("q = x + y; sum(q + x)", x=[1, 2], y=[3, 4])
        scope = ran(text_of(t, style))
        assert scope["dx"].tolist() == [2, 2]
        assert scope["dq"].tolist() == scope["dy"].tolist() == [1, 1]


def test_code_that_computes_something_else_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    from backprop_cli.render.python import circuit, spelling, staged

    t = run("exp(x)*y", x=1, y=2)
    wrong = spelling.Spelling("NumPy", module="np", functions={"exp": "np.expm1({})"})
    monkeypatch.setattr(staged, "NUMPY", wrong)
    monkeypatch.setattr(staged, "CAREFUL", wrong)
    with pytest.raises(BackpropError, match="please report") as caught:
        text_of(t, "numpy")
    assert caught.value.message.endswith("does not compute what was shown: q")
    monkeypatch.undo()
    monkeypatch.setitem(circuit._UPSTREAM, "1", "-g")
    with pytest.raises(BackpropError, match="please report"):
        text_of(run("x+y", x=1, y=2), "gates")


def test_what_is_too_large_is_said() -> None:
    with pytest.raises(BackpropError, match="code writes at most 10,000 elements out"):
        text_of(run("sum(x)", x=np.ones(10_001)), "torch")
    with pytest.raises(BackpropError, match="20,001 gates are too many to write as code"):
        text_of(run("x" + "+x" * 20_001, x=1), "numpy")


def test_a_deep_circuit_and_a_gate_of_many_inputs() -> None:
    agrees(run("x" + "+x" * 3000, x=1), "numpy")
    for style in ("numpy", "gates"):
        agrees(run(f"max({'x,' * 300}y)", x=1, y=1), style)


@needs.module("ruff")
def test_linters_have_nothing_to_say(tmp_path: Path) -> None:
    cases = [*RUNS.values(), *HARD]
    for style in ("numpy", "gates", "torch"):
        for number, (formula, inputs) in enumerate(cases):
            path = tmp_path / f"{style}_{number}.py"
            path.write_text(text_of(run(formula, **inputs), style), encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


def test_it_runs_alone_and_prints_the_gradients(tmp_path: Path) -> None:
    path = tmp_path / "f.py"
    path.write_text(text_of(run("x*y + θ", x=2, y=3, θ=1), "gates"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", str(path)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert done.stdout == "f = 7.0\ndx = 3.0\ndy = 2.0\ndθ = 1.0\n"


@needs.module("torch")
def test_softplus_bends_everywhere_in_torch() -> None:
    """Its own softplus is a straight line from 20 on."""
    agrees(run("softplus(x)", x=21), "torch", 1e-12)


def test_a_constant_exponent_asks_for_no_logarithm() -> None:
    text = text_of(run("x^3", x=-2), "gates")
    assert "return dx, None\n" in text
    assert "np." not in text


def test_no_name_is_invisible() -> None:
    assert identifier("a\u3164") == "a_"
    assert identifier("x₁") == "x1"
    assert identifier("1 a") == "v_1_a"
