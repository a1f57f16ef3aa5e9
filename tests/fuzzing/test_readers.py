"""Whatever a reader is given, it answers or says what is wrong: a second of each, the same always."""

import os
from contextlib import suppress
from random import Random

import pytest
from fuzzing.driver import Target, fuzz
from fuzzing.targets import TARGETS

from backprop_cli.errors import BackpropError

INPUTS = 10 if "BACKPROP_ALL_TESTS" not in os.environ else 60
"""The long search is a step of .ci/run, and benchmarks/fuzz.py."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name.replace(" ", "-"))
def test_nothing_ends_in_a_traceback(target: Target) -> None:
    count = fuzz(target, seed=0, inputs=INPUTS)
    assert not count.faults, f"{count.faults[0][0]!r}\n{count.faults[0][1]}"
    assert count.inputs == INPUTS


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name.replace(" ", "-"))
def test_what_a_target_begins_with_is_read(target: Target) -> None:
    """A target whose seeds are all refused would find nothing."""
    for number in range(20):
        for data in target.seeds():
            with suppress(BackpropError):
                target.read(data, Random(number))
                return
    pytest.fail("nothing was read")


def test_a_fault_is_found_and_named_once() -> None:
    def fail(data: bytes, _: object) -> None:
        assert len(data) < 3, data

    count = fuzz(Target("broken", lambda: [b"ab"], fail), seed=1, inputs=200)
    assert count.inputs == 200
    assert len(count.faults) == 1
    assert count.again > 0
    assert count.read > 0
