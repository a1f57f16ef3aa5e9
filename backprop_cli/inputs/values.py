"""Read the value of one input: a number, a constant expression, a list, a random array."""

import re
from collections.abc import Sequence
from math import prod
from typing import Any

from backprop_cli.autodiff.forward import forward
from backprop_cli.errors import BackpropError
from backprop_cli.gates.shapes import MAX_ELEMENTS, spelt
from backprop_cli.gates.value import Value
from backprop_cli.graph.build import build
from backprop_cli.graph.functions import CALLS, CONSTANTS
from backprop_cli.language.parser import parse
from backprop_cli.language.syntax import Expression, Term

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_SPECIAL = {
    text: float(text)
    for text in ("nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity")
}

RANDOM = {
    "randn": "randn(3,4): normal, mean 0 and deviation 1",
    "uniform": "uniform(-1,1,3,4): evenly between two bounds",
    "zeros": "zeros(3,4)",
    "ones": "ones(3,4)",
}
"""The functions that make an array -> how they are written."""


def read_value(name: str, text: str, seed: int = 0) -> Value:
    """The value that `text` says for the input `name`.

    Args:
        name: the input; random values depend on it, so the order of inputs does not matter.
        text: `3`, `1/3`, `-2e-3`, `pi/4`, `[[1,2],[3,4]]`, `randn(3,4)`, …
        seed: what random values start from.

    Raises:
        BackpropError: if the text is no value.
    """
    text = text.strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        if number not in (_SPECIAL["inf"], _SPECIAL["-inf"]):
            return number
    if text.lower() in _SPECIAL:
        return _SPECIAL[text.lower()]
    if not text or text.startswith("#"):
        raise BackpropError(f"the value of '{name}' is empty")
    if text.lower().endswith((".npy", ".npz", ".json", ".csv")):
        what = f"the value of '{name}': '{text}' is not a number"
        raise BackpropError(what, hint=f"for a file write @{text}")
    try:
        return _evaluate(parse(text), name, seed)
    except BackpropError as error:
        what = f"the value of '{name}': {error.message}"
        raise BackpropError(what, error.source, error.span, error.hint) from None


def _evaluate(expression: Expression, name: str, seed: int) -> Value:
    """The value of an expression of constants; arrays that it makes become its inputs."""
    if len(expression.statements) > 1 or expression.statements[0].name is not None:
        raise BackpropError("one value is expected, not a program")
    made: dict[str, Value] = {}
    terms = list(expression.terms)
    for place, term in enumerate(terms):
        if term.op == "call" and term.payload in RANDOM:
            label = f"#{place}"
            made[label] = _make(expression, term, f"{name}{len(made) or ''}", seed)
            terms[place] = term._replace(op="name", args=(), payload=label)
        elif term.op == "name" and term.payload not in CONSTANTS:
            span = (term.start, term.end)
            what = f"'{term.payload}' is not a number"
            raise BackpropError(what, expression.source, span, _hint(str(term.payload)))
    replaced = expression._replace(terms=tuple(terms))
    graph = build(replaced, {label: getattr(value, "shape", ()) for label, value in made.items()})
    return forward(graph, made)[graph.output]


def _hint(name: str) -> str:
    if name in RANDOM or name in CALLS:
        return f"did you mean {RANDOM.get(name, name + '(…)')}?"
    return "a value is a number, 1/3, pi/4, [1,2], [[1,2],[3,4]], randn(3,4) or @file"


def _make(expression: Expression, term: Term, name: str, seed: int) -> Value:
    """A random or constant array, as `randn(3,4)` asks for."""
    numbers = [expression.terms[arg] for arg in term.args]
    span = (term.start, term.end)
    function = str(term.payload)
    if any(number.op != "number" for number in numbers):
        raise BackpropError(f"{function} takes numbers", expression.source, span, RANDOM[function])
    values = [float(number.payload) for number in numbers]
    bounds = values[:2] if function == "uniform" else []
    if function == "uniform" and (len(bounds) < 2 or bounds[0] > bounds[1]):
        raise BackpropError(
            "uniform takes a lower and an upper bound first",
            expression.source,
            span,
            RANDOM[function],
        )
    sizes = values[len(bounds) :]
    if len(sizes) > 2 or any(n != int(n) or n < 1 for n in sizes):
        what = f"{function} takes at most two sizes, each a whole number from 1"
        raise BackpropError(what, expression.source, span, RANDOM[function])
    shape = tuple(int(n) for n in sizes)
    if prod(shape) > MAX_ELEMENTS:
        what = f"a value of shape {spelt(shape)} is too large: at most {MAX_ELEMENTS:,} elements"
        raise BackpropError(what, expression.source, span)
    return _filled(function, shape, bounds, name, seed)


def _filled(
    function: str, shape: tuple[int, ...], bounds: Sequence[float], name: str, seed: int
) -> Value:
    import numpy as np

    if function in ("zeros", "ones"):
        array = np.full(shape, float(function == "ones"))
    else:
        from zlib import crc32

        # RandomState: its stream is frozen, so a seed means the same on any version of NumPy.
        random = np.random.RandomState([seed, crc32(name.encode("utf-8", "surrogatepass"))])
        array = (
            random.uniform(bounds[0], bounds[1], size=shape)
            if bounds
            else random.standard_normal(shape)
        )
    return float(array) if not shape else np.asarray(array, dtype=float)


def as_value(name: str, given: Any) -> Value:
    """A number, a (nested) list or an array as a value of the engine.

    Raises:
        BackpropError: if it is none of these, has more than two axes, is empty, or is ragged.
    """
    if isinstance(given, float) or (isinstance(given, int) and not isinstance(given, bool)):
        try:
            return float(given)
        except OverflowError:
            raise BackpropError(f"the value of '{name}' is larger than a double can hold") from None
    import numpy as np

    try:
        array = np.asarray(given)
    except Exception:  # an object that offers itself as an array may raise anything
        what = f"the value of '{name}' is not a list of numbers, or its rows differ in length"
        raise BackpropError(what) from None
    if array.ndim > 2:
        what = f"the value of '{name}' has {array.ndim} axes: at most a matrix (two) can be used"
        raise BackpropError(what)
    if array.size == 0:
        raise BackpropError(f"the value of '{name}' has no elements")
    if array.size > MAX_ELEMENTS:
        what = f"the value of '{name}' is too large: at most {MAX_ELEMENTS:,} elements"
        raise BackpropError(what)
    # NumPy keeps an integer of more than 64 bits as an object.
    objects = array.flat if array.dtype.kind == "O" else [None]
    if array.dtype.kind not in "iuf" and not all(type(n) in (int, float) for n in objects):
        raise BackpropError(f"the value of '{name}' is not a number or a list of numbers")
    try:
        array = np.array(array, dtype=float)
    except OverflowError:
        raise BackpropError(f"the value of '{name}' is larger than a double can hold") from None
    return float(array) if array.ndim == 0 else array
