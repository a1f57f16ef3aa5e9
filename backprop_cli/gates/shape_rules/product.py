"""A product of two inputs: linear in each of them, where the other stands still."""

from backprop_cli.gates.shape_rules.shape_rule import GateAtValues, ShapeRule
from backprop_cli.gates.value import Value


class Product(ShapeRule):
    """Each term is an element of one input times an element of the other."""

    def is_fitted(self, text: str) -> bool:
        """The upstream times the other input has the shape of this one."""
        return True

    def tangent(self, gate: GateAtValues, slot: int, tangent: Value) -> Value:
        """The product with the tangent in the place of one factor."""
        return gate.run(gate.values() | {slot: tangent})
