"""Random formulas and programs, for properties that hold of all of them."""

from collections.abc import Sequence
from math import prod
from random import Random
from typing import Any

import numpy as np
from hypothesis import strategies as st

from backprop_cli.errors import BackpropError
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse
from backprop_cli.language.syntax import Expression

NAMES = st.sampled_from(["x", "y", "W", "x1", "θ", "ŷ", "pi", "e"])
NUMBERS = st.one_of(
    st.integers(0, 100).map(str),
    st.floats(0, allow_infinity=False, allow_nan=False).map(repr),
    st.sampled_from(["1.", ".5", "1e-300", "2E+3", "1e16"]),
)


def _any_of(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Every form of the language, around formulas that are put in parentheses."""
    one = inner.map(lambda text: f"({text})")
    pair = st.tuples(one, one)
    sign = st.sampled_from(["+", "-", "*", "/", "@", "^"])
    compared = st.tuples(one, st.sampled_from(["==", "<", ">=", "!="]), one)
    binary = st.tuples(one, sign, one).map("".join)
    return st.one_of(
        binary,
        binary,  # twice as often: what stands beside what is where printing goes wrong
        st.tuples(st.sampled_from(["-", "+", "√", "sigmoid"]), one).map("".join),
        one.map(lambda text: f"||{text}||"),
        st.tuples(one, st.sampled_from([".T", "²", "⁻¹", "[0]"])).map("".join),
        st.tuples(one, one, compared.map("".join)).map(lambda t: f"{t[0]}[{t[1]}, {t[2]}]"),
        pair.map(lambda t: f"max({t[0]}, {t[1]})"),
        pair.map(lambda t: f"[{t[0]}, {t[1]}]"),
        pair.map(lambda t: f"sum({t[0]}, axis={t[1]})"),
    )


FORMULAS = st.recursive(NUMBERS | NAMES, _any_of, max_leaves=12)

PROGRAMS = st.lists(FORMULAS, min_size=1, max_size=3).map(
    lambda lines: "; ".join([*(f"s{n} = {line}" for n, line in enumerate(lines[1:])), lines[0]])
)


@st.composite
def scalar_programs(draw: Any) -> str:
    """A program of x and y whose steps share nodes, and stay of ordinary size."""
    names, lines = ["x", "y"], []
    for number in range(draw(st.integers(1, 10))):
        a, b = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        form = st.sampled_from(
            ["{} + {}", "{} * {}", "{} - {}", "{} / (2 + {})", "max({}, {})", "max({}, 0, {})"]
        )
        lines.append(f"n{number} = tanh({draw(form).format(a, b)})")
        names.append(f"n{number}")
    return "; ".join([*lines, f"{names[-1]} * {draw(st.sampled_from(names))} + {names[-2]}"])


_FORMS = (
    "{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / {b}", "{a}^{b}", "{a} @ {b}", "{a} @ {b}.T", "{a}.T @ {b}",
    "max({a}, {b})", "min({a}, {b}, {c})", "max({a}, {b}, {c}, {a})", "{f}({a})", "{f}({a})", "{g}({a}, axis={n})",
    "[{a}, {b}]", "{a}[0]", "{a}[-1, 1]", "||{a}||^2", "dot({a}, {b})", "{a}.T", "{a}", "{a}^2", "1/{a}",
)  # fmt: skip
_ALONG = ("sum", "mean", "max", "min", "norm", "logsumexp", "softmax")
_FUNCTIONS = (*_ALONG, "exp", "log", "sqrt", "abs", "tanh", "sigmoid", "relu", "softplus", "-")
_SHAPES = ((), (), (2,), (3,), (2, 3), (3, 2), (1,), (1, 3), (2, 1))


def array_program(random: Random, values: Sequence[float]) -> tuple[str, dict[str, Any]]:
    """A program of numbers, vectors and matrices, and inputs with these values.

    Steps whose shapes do not fit are left out again.
    """
    inputs = {
        name: np.reshape(random.choices(values, k=prod(shape)), shape)
        if shape
        else random.choice(values)
        for name, shape in zip("abc", random.choices(_SHAPES, k=3), strict=True)
    }
    shapes = {name: np.shape(value) for name, value in inputs.items()}
    names, steps = [*inputs, "0", "2", "0.5", "pi", "[1, 2]", "[1, 2, 3]"], ["s = a + 0*sum(b)"]
    for number in range(8):
        words = dict(zip("abc", random.choices(names, k=3), strict=True))
        along, function = random.choice(_ALONG), random.choice(_FUNCTIONS)
        form = random.choice(_FORMS).format(**words, f=function, g=along, n=random.randint(0, 1))
        try:
            build(parse("; ".join([*steps, f"s{number} = {form}"])), shapes)
        except BackpropError:
            continue
        steps.append(f"s{number} = {form}")
        names.append(f"s{number}")
    last = " + ".join(f"sum({step.partition(' ')[0]})" for step in steps[-3:])
    return "; ".join([*steps, last]), inputs


def structure(expression: Expression, place: int | None = None) -> Any:
    """What a term means: operator, payload and arguments, without its place in the source.

    Without a place, all statements with their names.
    """
    if place is None:
        return [(s.name, structure(expression, s.term)) for s in expression.statements]
    term = expression.terms[place]
    payload = {"σ": "sigmoid"}.get(str(term.payload), term.payload)
    if term.op == "*":
        payload = ""  # Of numbers, all signs of a product mean the same.
    return (term.op, payload, *(structure(expression, arg) for arg in term.args))
