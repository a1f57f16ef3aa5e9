"""The harness tells what came back by its exact type, and nothing that merely claims to be it."""

import math
from typing import Any

import numpy as np
import pytest

from backprop_cli.exercises.code.replies import Unfit, read_gradients, read_played, read_value
from backprop_cli.sandbox.inside.harness import _encoded, _play


class Float(float):
    pass


class Int(int):
    pass


class Array(np.ndarray):
    pass


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (2.5, {"number": 2.5}),
        (2, {"number": 2.0}),
        (True, {"number": 1.0}),
        (np.float32(0.5), {"number": 0.5}),
        (np.int8(3), {"number": 3.0}),
        (np.array(2.0), {"number": 2.0}),
        (np.array([[1, 2]]), {"array": [[1.0, 2.0]]}),
        ([1.0, (2.0,)], {"list": [{"number": 1.0}, {"tuple": [{"number": 2.0}]}]}),
        (Float(6.0), {"other": "Float"}),
        (Int(6), {"other": "Int"}),
        (10**400, {"other": "int"}),
        (np.zeros(2).view(Array), {"other": "Array"}),
        (np.array([Float(6.0)], dtype=object), {"other": "ndarray"}),
        (np.zeros(20_000), {"other": "ndarray"}),
        (1j, {"other": "complex"}),
        ("6", {"other": "str"}),
        (None, {"other": "NoneType"}),
    ],
)
def test_values_are_told_by_their_exact_type(value: Any, encoded: Any) -> None:
    assert _encoded(value) == encoded


def test_not_a_number_stays_one() -> None:
    assert math.isnan(_encoded(math.nan)["number"])


def test_a_request_is_played_on_the_memory_itself() -> None:
    class Gate:
        def forward(self, x: Any) -> Any:
            x *= 2
            return x

    module: Any = type("module", (), {"Gate": Gate})
    memory = bytearray(np.array([7.0, 1.0, 2.0]))
    given = {"at": 8, "shape": [2]}
    request = {"class": "Gate", "steps": [["make", "g", []], ["forward", "g", [given]]]}
    assert _play(module, request, memory) == {"results": [None, {"array": [2.0, 4.0]}]}
    assert np.frombuffer(memory).tolist() == [7.0, 2.0, 4.0]


FORGED = [
    None,
    6.0,
    [],
    {},
    {"number": "6"},
    {"number": True},
    {"number": [6.0]},
    {"number": 6.0, "array": [6.0]},
    {"array": 6.0},
    {"array": [[1.0], [1.0, 2.0]]},
    {"array": ["6"]},
    {"array": [None]},
    {"array": [True]},
    {"array": [10**400]},
    {"array": [1.0] * 20_000},
    {"array": {"0": 6.0}},
    {"list": 6.0},
    {"other": {"number": 6.0}},
    {"correct": 6.0},
]


@pytest.mark.parametrize("forged", FORGED, ids=lambda forged: str(forged)[:30])
def test_forged_values_are_no_values(forged: Any) -> None:
    with pytest.raises(Unfit):
        read_value(forged)
    with pytest.raises(Unfit):
        read_gradients({"list": [forged, forged]}, 2)


@pytest.mark.parametrize(
    "forged",
    [
        None,
        [],
        {},
        {"results": 6},
        {"results": []},
        {"results": [1, 2], "error": "x"},
        {"results": [1, 2, 3, 4]},
    ],
    ids=str,
)
def test_forged_replies_are_no_replies(forged: Any) -> None:
    assert read_played(forged, 3) is None


def test_an_error_has_texts_and_a_line() -> None:
    error = {"kind": "Correct!\n", "text": 6, "line": "1", "name": ["x"]}
    played = read_played({"results": [], "error": error}, 3)
    assert played is not None
    assert played.error == {"kind": "an exception", "text": "", "line": None, "name": ""}
