"""What the tests of the isolation share: which layers work here, and a gate that is right."""

from functools import cache
from shutil import which
from typing import Any

import pytest
from needs import ALL

from backprop_cli.errors import BackpropError
from backprop_cli.sandbox.backends import LAYERS
from backprop_cli.sandbox.box import open_box
from backprop_cli.sandbox.limits import MIB, Limits

TIGHT = Limits(cpu=1, wall=3.0, memory=256 * MIB, printed=MIB // 4, reply=MIB // 4)
"""Limits that make the tests quick."""

RIGHT = b"""
class MultiplyGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dz):
        return [dz * self.y, dz * self.x]
"""


def request(*steps: Any, of: str = "MultiplyGate") -> dict[str, Any]:
    return {"class": of, "steps": [["make", "gate", []], *steps]}


ASK = request(["forward", "gate", [2.0, 3.0]], ["backward", "gate", [5.0]])
ANSWER = [None, {"number": 6.0}, {"list": [{"number": 15.0}, {"number": 10.0}]}]


@cache
def why_not(layer: str) -> str:
    """Why a layer does not work here; empty where it does."""
    if layer == "bubblewrap" and which("bwrap") is None:
        return "bubblewrap is not installed"
    try:
        with open_box(layer, TIGHT):
            return ""
    except BackpropError as error:
        return error.message


def needs_layer(name: str) -> pytest.MarkDecorator:
    """A layer that works; elsewhere the test is skipped, and says why."""
    why = why_not(name)
    return pytest.mark.skipif(bool(why) and not ALL, reason=why)


def layers(*names: str) -> Any:
    """A parameter `layer`; the layers that do not work here are skipped, and say why."""
    found = [pytest.param(name, marks=needs_layer(name)) for name in names or LAYERS]
    return pytest.mark.parametrize("layer", found)
