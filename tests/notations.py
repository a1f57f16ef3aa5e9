"""Random formulas, each written in the core language and in every notation at once."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from backprop_cli.autodiff.trace import trace
from backprop_cli.graph.reading import Notation
from backprop_cli.inputs.understand import understand
from backprop_cli.language.parser import parse

INPUTS: dict[str, Any] = {
    "x": 0.7,
    "y": -1.3,
    "z": 2.1,
    "u": np.array([0.4, -1.1, 0.9]),
    "v": np.array([-0.3, 0.8, 1.7]),
    "A": np.array([[0.5, -1.2, 0.3], [1.1, 0.2, -0.7], [0.6, 0.9, 1.4]]),
    "B": np.array([[-0.4, 0.1, 1.3], [0.8, -0.6, 0.5], [1.2, 0.7, -0.9]]),
}


class Written(NamedTuple):
    """One formula in the core language and in three notations."""

    core: str
    board: str
    latex: str
    python: str
    is_single: bool = False
    """Whether it is a name or a number, which needs no brackets."""

    def held(self) -> "Written":
        """The same in brackets, where it is more than a name."""
        if self.is_single:
            return self
        core, board, latex, python, _ = self
        return Written(f"({core})", f"({board})", rf"\left({latex}\right)", f"({python})")


def _fill(core: str, board: str, latex: str, python: str, *parts: Written) -> Written:
    """The formula of these forms, {0} and {1} being its parts in brackets, {2} and {3} bare."""
    held, bare = [part.held() for part in parts], list(parts)
    texts = [
        form.format(*(getattr(part, field) for part in (held + held)[:2] + (bare + bare)[:2]))
        for field, form in zip(Written._fields, (core, board, latex, python), strict=False)
    ]
    return Written(*texts)


def _forms(*forms: tuple[str, str, str, str]) -> st.SearchStrategy[tuple[str, str, str, str]]:
    return st.sampled_from(forms)


def _of(one: Any, two: Any, *forms: tuple[str, str, str, str]) -> st.SearchStrategy[Written]:
    return st.builds(lambda form, a, b: _fill(*form, a, b), _forms(*forms), one, two)


def _name(name: str) -> Written:
    return Written(name, name, name, name, True)


_ADDED = ("{0} + {1}", "{0} + {1}", "{0} + {1}", "{0} + {1}")
_TAKEN = ("{0} - {1}", "{0} − {1}", "{0} - {1}", "{0} - {1}")
_MAPPED = (
    ("tanh({2})", "tanh({2})", r"\tanh\left({2}\right)", "np.tanh({2})"),
    ("tanh({2})", "tanh({2})", r"\operatorname{{tanh}}({2})", "{0}.tanh()"),
    ("sin({2})", "sin({2})", r"\sin\left({2}\right)", "np.sin({2})"),
    ("sigmoid({2})", "σ({2})", r"\sigma({2})", "torch.sigmoid({2})"),
    ("relu({2})", "ReLU({2})", r"\mathrm{{ReLU}}({2})", "F.relu({2})"),
    ("-{0}", "−{0}", "-{0}", "-{0}"),
)
_SCALED = ("{0} * {1}", "{0} {1}", r"{0} \, {1}", "{0} * {1}")

NUMBERS = st.integers(2, 9).map(lambda n: Written(f"{n}", f"({n})", f"({n})", f"({n})", True))
SCALAR_NAMES = st.sampled_from([_name(name) for name in "xyz"])
VECTOR_NAMES = st.sampled_from([_name(name) for name in "uv"])
MATRIX_NAMES = st.sampled_from([_name(name) for name in "AB"])

MATRICES = st.recursive(
    MATRIX_NAMES,
    lambda inner: _of(
        inner,
        inner,
        _ADDED,
        ("{0} @ {1}", "{0} {1}", "{0} {1}", "np.matmul({2}, {3})"),
        ("{0} @ {1}", "{0} {1}", r"{0} {1}", "{0}.dot({3})"),
        ("{0}.T", "{0}ᵀ", r"{0}^{{\top}}", "{0}.T"),
        ("{0} ⊙ {1}", "{0} ⊙ {1}", r"{0} \odot {1}", "{0} * {1}"),
    ),
    max_leaves=3,
)
VECTORS = st.recursive(
    VECTOR_NAMES,
    lambda inner: (
        _of(inner, inner, _ADDED, _TAKEN, *_MAPPED)
        | _of(MATRICES, inner, ("{0} @ {1}", "{0} {1}", "{0} {1}", "{0} @ {1}"))
        | _of(SCALAR_NAMES, inner, _SCALED)
        | _of(inner, inner, ("{0} * {1}", "{0} ⊙ {1}", r"{0} \odot {1}", "np.multiply({2}, {3})"))
    ),
    max_leaves=3,
)
_REDUCED = _of(
    VECTORS,
    VECTORS,
    ("{0}.T @ {1}", "{0}ᵀ{1}", r"{0}^\top {1}", "{0}.dot({3})"),
    ("sum({2})", "sum({2})", r"\operatorname{{sum}}\left({2}\right)", "{0}.sum()"),
    ("||{2}||", "‖{2}‖", r"\lVert {2} \rVert", "np.linalg.norm({2})"),
    ("||{2}||^2", "‖{2}‖²", r"\left\| {2} \right\|_2^2", "np.linalg.norm({2}) ** 2"),
    ("mean({2})", "mean({2})", r"\mathrm{{mean}}({2})", "np.mean({2})"),
) | _of(
    VECTOR_NAMES,
    VECTOR_NAMES,
    ("sum({0} * {1})", "Σ_i {0}_i {1}_i", r"\sum_{{i=1}}^{{3}} {0}_i {1}_i", "np.sum({0} * {1})"),
)
SCALARS = st.recursive(
    SCALAR_NAMES | NUMBERS | _REDUCED,
    lambda inner: _of(
        inner,
        inner,
        _ADDED,
        _TAKEN,
        _SCALED,
        *_MAPPED,
        ("{0} * {1}", "{0} · {1}", r"{0} \cdot {1}", "np.multiply({2}, {3})"),
        ("{0} / {1}", "{0} / {1}", r"\frac{{{2}}}{{{3}}}", "{0} / {1}"),
        ("{0}^2", "{0}²", "{0}^2", "{0} ** 2"),
        ("{0}^3", "{0}^3", "{0}^{{3}}", "np.power({2}, 3)"),
        ("abs({2})", "|{2}|", r"\left| {2} \right|", "abs({2})"),
        ("max({2}, {3})", "max({2}, {3})", r"\max\left\{{{2}, {3}\right\}}", "np.maximum({2}, {3})"),
    ),
    max_leaves=5,
)  # fmt: skip


def names_of(core: str) -> list[str]:
    """The inputs of a formula."""
    return parse(core).free_names()


def values_of(core: str, text: str, notation: Notation) -> tuple[float, Mapping[str, Any]]:
    """The value of a formula and the gradients of its inputs."""
    inputs = {name: INPUTS[name] for name in names_of(core)}
    found = understand(text, inputs, lambda name: f"--{name}", notation)
    with np.errstate(all="ignore"):
        run = trace(found.graph(), found.values, 1.0)
    return float(run.value), run.gradients


def check_same(core: str, text: str, notation: Notation) -> None:
    """See that a text in a notation has the value and the gradients of the core formula."""
    value, gradients = values_of(core, core, Notation.FORMULA)
    other, found = values_of(core, text, notation)
    same = {"rtol": 1e-9, "atol": 1e-9, "equal_nan": True}
    assert np.allclose(other, value, **same), (core, text)
    assert found.keys() == gradients.keys()
    for name, gradient in gradients.items():
        assert np.allclose(found[name], gradient, **same), (name, core, text)
