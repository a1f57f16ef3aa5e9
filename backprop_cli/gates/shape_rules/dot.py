"""Two inputs of one shape are multiplied element by element and added up."""

from collections.abc import Sequence

from backprop_cli.gates.compiler import mentions
from backprop_cli.gates.shape_rules.product import Product
from backprop_cli.gates.shape_rules.shape_rule import (
    Axes,
    ByRule,
    ClassCases,
    Entry,
    GateUse,
    Place,
    counted,
)
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.gates.shapes import Index, Misfit, Shape, size
from backprop_cli.gates.structures import JacobianKind, Structure


class Dot(Product):
    """Two inputs of one shape give a number."""

    maps_numbers = True
    title = "two inputs of one shape give a number"
    examples = ("[1, 2]", "[3, 4]")

    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """A number."""
        if shapes[0] != shapes[1]:
            raise Misfit("unequal")
        return (), ValueType.NUMBER

    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """The number."""
        return ()

    def structure(self, use: GateUse, slot: int, text: str) -> Structure | None:
        """One row, which is dense."""
        return Structure(JacobianKind.DENSE)

    def entry(self, use: GateUse, slot: int, at: Place, by: Place) -> Entry:
        """The rule, of the elements at one place."""
        return ByRule((by, by))

    def multiplications(self, use: GateUse, slot: int, text: str) -> int:
        """One for each element of the input."""
        return counted(use, text) if mentions(text, "g") else size(use.shapes[slot])

    def class_cases(self, inputs: int) -> ClassCases:
        """Two pairs of vectors."""
        return {"numbers": ((([1, 2], [3, 4]), 1), (([1, 2, 3], [4, -5, 6]), 5))}


DOT = Dot()
