"""One element is picked, or one row; all others hear nothing."""

from collections.abc import Sequence

from backprop_cli.gates.shape_rules.rearrangement import Rearrangement
from backprop_cli.gates.shape_rules.shape_rule import Axes, ClassCases, GateUse
from backprop_cli.gates.shape_rules.value_type import ValueType, type_of
from backprop_cli.gates.shapes import Index, Shape, element
from backprop_cli.gates.structures import JacobianKind, Structure


class Pick(Rearrangement):
    """One element, or one row."""

    picks_elements = True
    title = "one element, or one row"
    examples = ("[1, 2, 3]",)

    def infer(
        self, shapes: Sequence[Shape], types: Sequence[ValueType], axis: int | None, position: Index
    ) -> tuple[Shape, ValueType]:
        """The axes that are left."""
        shape = element(shapes[0], position)
        return shape, type_of(shape)

    def fed(self, use: GateUse, slot: int, position: Index) -> Axes | None:
        """The element of the output that it is, where it was picked."""
        places = zip(use.position, use.shapes[0], strict=False)
        taken = tuple(index % n for index, n in places)
        return position[len(taken) :] if position[: len(taken)] == taken else None

    def structure(self, use: GateUse, slot: int, text: str) -> Structure | None:
        """One 1 in each row."""
        return Structure(JacobianKind.ONE_A_ROW)

    def class_cases(self, inputs: int) -> ClassCases:
        """None: a class would have to be told which element."""
        return {}


INDEX = Pick()
