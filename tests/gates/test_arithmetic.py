"""The same text on floats and on arrays: equal everywhere, also where IEEE 754 has its edges."""

from itertools import product
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from backprop_cli.errors import BackpropError
from backprop_cli.gates import arrays, scalars
from backprop_cli.gates.compiler import compile_rule
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shape_rules.value_type import ValueType, numbers
from backprop_cli.gates.table import GATES
from backprop_cli.language.parser import parse

EDGES = [0.0, -0.0, 0.5, 1.0, -1.0, 2.0, -3.0, 1000.0, -1000.0, 1e308, -1e308, inf, -inf, nan]


@pytest.mark.parametrize(
    "gate",
    [g for g in GATES if g.shape.maps_numbers and not g.shape.takes_square],
    ids=lambda gate: gate.name,
)
def test_floats_and_arrays_agree(gate: Gate) -> None:
    for inputs in product(EDGES, repeat=2 if gate.variadic else len(gate.inputs)):
        out = _run(gate.forward, gate, inputs, as_array=False)
        same(out, _run(gate.forward, gate, inputs, as_array=True), gate.forward, inputs)
        for text in gate.local:
            number = _run(text, gate, inputs, as_array=False, out=out)
            array = _run(text, gate, inputs, as_array=True, out=out)
            same(number, array, text, inputs)


def _run(text: str, gate: Gate, inputs: tuple[float, ...], as_array: bool, **known: float) -> float:
    """What the text gives for floats, or for vectors of one element."""
    wrap = (lambda x: np.array([x])) if as_array else float
    own = ValueType.VECTOR if as_array else ValueType.NUMBER
    values: dict[str, Any] = dict(zip(gate.inputs, map(wrap, inputs), strict=False))
    if gate.variadic:
        values["all"] = [wrap(x) for x in inputs]
    types = (own,) * len(values)
    if known:
        # A gate that reduces gives a number; a gate's upstream is shaped like what it gives.
        count = len(gate.inputs)
        vectors = [ValueType.VECTOR] * count
        _, type_ = gate.shape.infer([(1,)] * count, vectors, None, ())
        reduces = type_.is_number
        for name, value in {**known, "g": -1.5}.items():
            values[name] = value if reduces else wrap(value)
            types += (ValueType.NUMBER if reduces else own,)
        values["n"], types = 1.0, (*types, ValueType.NUMBER)
    with np.errstate(all="ignore"):
        return np.asarray(compile_rule(text, tuple(values), types).run(*values.values())).item()


def same(number: float, array: float, text: str, inputs: tuple[float, ...]) -> None:
    """Equal, or both NaN; the sign of a zero may differ, as IEEE 754 lets that of max(0, -0)."""
    where = f"{text} at {inputs}: {number!r} from floats, {array!r} from arrays"
    assert number == pytest.approx(array, rel=1e-14, abs=0, nan_ok=True), where


# At their poles, where NumPy says inf, floats say NaN.
POLES = {"atanh", "log10", "log1p", "log2"}


@pytest.mark.parametrize("name", sorted(scalars.IN_MATH - POLES))
def test_every_function_that_a_row_may_call_agrees(name: str) -> None:
    """Also those that no row calls yet: they need nothing but a row."""
    for x in EDGES:
        with np.errstate(all="ignore"):
            array = float(arrays.function(name)(x))
        same(scalars.function(name)(x), array, name, (x,))


@pytest.mark.parametrize("shape", [(), (3,), (1, 3), (2, 1), (2, 3)])
def test_fit_adds_what_was_copied_and_copies_what_was_summed(shape: tuple[int, ...]) -> None:
    small = np.ones(shape) if shape else 1.0
    summed = arrays.fit(np.ones((2, 3)), small)
    assert np.shape(summed) == shape
    assert np.sum(summed) == 6
    copied = arrays.fit(small, np.ones((2, 3)))
    np.testing.assert_array_equal(copied, np.ones((2, 3)))


def test_every_text_of_the_table_is_a_formula() -> None:
    for gate in GATES:
        kink = [gate.kink.at, *gate.kink.left, *gate.kink.right] if gate.kink else []
        for text in (gate.forward, *gate.local, gate.text, gate.domain or "a", *kink):
            parse(f"1[{text}]")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("__import__(a)", "unknown function '__import__' in a rule"),
        ("exec(a)", "unknown function 'exec' in a rule"),
        ("g * b", "unknown name 'g' in a rule"),
        ("a.real", "'.' is not part of the language"),
        ("a[0]", "a rule has no indices"),
        ("a" * 2001, "a rule is longer than 2000 characters"),
    ],
)
def test_a_rule_can_only_compute(text: str, message: str) -> None:
    with pytest.raises(BackpropError) as caught:
        compile_rule(text, ("a",), numbers(1))
    assert caught.value.message == message
