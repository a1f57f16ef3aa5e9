"""Values of inputs as somebody types them: numbers, constant expressions, lists, random arrays."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from backprop_cli.errors import BackpropError
from backprop_cli.gates.shapes import MAX_ELEMENTS
from backprop_cli.inputs.values import as_value, read_value

INF, NAN = float("inf"), float("nan")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-2", -2), ("+3", 3), (" 4 ", 4), (".5", 0.5), ("-2e-3", -0.002), ("1E3", 1000),
        ("1/3", 1 / 3), ("pi/4", np.pi / 4), ("-e", -np.e), ("2^-3", 0.125), ("sqrt(2)", 2**0.5),
        ("√2", 2**0.5), ("−1", -1), ("inf", INF), ("-inf", -INF), ("NaN", NAN), ("1/0", INF),
        ("[1, 1/2]", [1, 0.5]), ("[[1,2],[3,4]]", [[1, 2], [3, 4]]), ("2*[1,2]", [2, 4]),
        ("[pi]", [np.pi]), ("[-1, sqrt(4)]", [-1, 2]), ("[[1],[2]] @ [[3, 4]]", [[3, 4], [6, 8]]),
        ("zeros(2)", [0, 0]), ("ones(2,1)", [[1], [1]]), ("3*ones(2) + 1", [4, 4]), ("ones()", 1),
    ],
)  # fmt: skip
def test_a_value_is_an_expression_of_constants(text: str, value: Any) -> None:
    read = read_value("x", text)
    np.testing.assert_allclose(read, value)
    assert isinstance(read, float) or read.dtype == np.float64


@given(st.floats())
def test_a_number_is_read_to_the_last_bit(number: float) -> None:
    np.testing.assert_array_equal(read_value("x", repr(number)), number)


@given(arrays(float, array_shapes(max_dims=2, max_side=3), elements=st.floats(-1e300, 1e300)))
def test_a_list_is_read_to_the_last_bit(array: Any) -> None:
    np.testing.assert_array_equal(read_value("x", repr(array.tolist())), array)
    np.testing.assert_array_equal(as_value("x", array.tolist()), array)


@pytest.mark.parametrize("text", ["randn(2,3)", "uniform(-1,1,2,3)", "randn(2,3) + randn(2,3)"])
def test_random_values_follow_from_seed_and_name_alone(text: str) -> None:
    first = read_value("W", text, seed=1)
    read_value("V", text, seed=1)  # whatever else is read does not matter
    np.testing.assert_array_equal(first, read_value("W", text, seed=1))
    assert (first != read_value("V", text, seed=1)).all()
    assert (first != read_value("W", text, seed=2)).all()


def test_the_random_stream_is_frozen() -> None:
    """A seed on an exercise sheet means the same numbers on any machine, in any year."""
    assert read_value("x", "randn()") == 0.8166524056332514
    assert read_value("x", "uniform(0, 1)", seed=7) == 0.42898833028492955


def test_random_values_lie_where_they_should() -> None:
    even = read_value("x", "uniform(-3, 1, 100, 100)")
    normal = read_value("x", "randn(100, 100)")
    assert even.min() >= -3
    assert even.max() <= 1
    assert (even.mean(), even.std()) == pytest.approx((-1, 4 / 12**0.5), abs=0.03)
    assert (normal.mean(), normal.std()) == pytest.approx((0, 1), abs=0.03)
    assert (read_value("x", "randn(4) - randn(4)") != 0).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the value of 'x' is empty"),
        ("two", "the value of 'x': 'two' is not a number"),
        ("y + 1", "the value of 'x': 'y' is not a number"),
        ("1; 2", "the value of 'x': one value is expected, not a program"),
        ("a = 2", "the value of 'x': one value is expected, not a program"),
        ("[1, [2]]", "the value of 'x': the elements of a list must have one shape"),
        ("randn(2,3,4)",
         "the value of 'x': randn takes at most two sizes, each a whole number from 1"),
        ("zeros(0)", "the value of 'x': zeros takes at most two sizes, each a whole number from 1"),
        ("randn(99999,99999)", "the value of 'x': a value of shape 99999×99999 is too large: "
         f"at most {MAX_ELEMENTS:,} elements"),
        ("uniform(3)", "the value of 'x': uniform takes a lower and an upper bound first"),
        ("uniform(1,0)", "the value of 'x': uniform takes a lower and an upper bound first"),
        ("randn([1])", "the value of 'x': randn takes numbers"),
        ("1e999", "the value of 'x': this number is larger than a double can hold (1.8e308)"),
        ("__import__(1)", "the value of 'x': unknown function '__import__'"),
    ],
)  # fmt: skip
def test_what_is_no_value(text: str, message: str) -> None:
    with pytest.raises(BackpropError) as caught:
        read_value("x", text)
    assert caught.value.message == message


@pytest.mark.parametrize(
    "given",
    ["text", [[1, 2], [3]], [], [[]], np.ones((2, 2, 2)), [True], True, {"a": 1}, None, 10**400,
     1j, [None], ["1"], object()],
)  # fmt: skip
def test_what_no_program_can_give(given: Any) -> None:
    with pytest.raises(BackpropError, match="the value of 'x'"):
        as_value("x", given)


@pytest.mark.parametrize("given", [3, np.float32(0.5), np.int64(3), np.array(2.0), np.array([[1]])])
def test_numbers_of_any_kind_become_doubles(given: Any) -> None:
    value = as_value("x", given)
    assert isinstance(value, float) == (np.ndim(given) == 0)
    np.testing.assert_array_equal(value, given)


def test_a_given_array_is_copied() -> None:
    array = np.ones(3)
    assert as_value("x", array) is not array
