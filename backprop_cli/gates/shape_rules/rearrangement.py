"""Elements are moved and nothing is computed: one element, a stack, a transpose."""

from abc import abstractmethod

from backprop_cli.gates.shape_rules.shape_rule import (
    Axes,
    Entry,
    GateAtValues,
    GateUse,
    Moved,
    Place,
    ShapeRule,
    counted,
)
from backprop_cli.gates.shapes import Index
from backprop_cli.gates.value import Value


class Rearrangement(ShapeRule):
    """Each element of the output is an element of an input, as it is."""

    local_is_structural = True

    @abstractmethod
    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """Where the element goes; None where it is left out."""

    def is_fitted(self, text: str) -> bool:
        """What is moved back has the shape of the input."""
        return True

    def tangent(self, gate: GateAtValues, slot: int, tangent: Value) -> Value:
        """It does to a tangent what it does to a value; the other inputs stand still."""
        still = {other: value * 0.0 for other, value in gate.values().items() if other != slot}
        return gate.run(still | {slot: tangent})

    def entry(self, use: GateUse, slot: int, at: Place, by: Place) -> Entry:
        """1."""
        return Moved()

    def multiplications(self, use: GateUse, slot: int, text: str) -> int:
        """None by its own rule; one for each element of the output by a mistaken one."""
        return counted(use, text)
