"""Why shapes do not fit, in words."""

from typing import NamedTuple

from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.gates.shapes import MAX_ELEMENTS, Misfit, described, spelt


class MisfitWords(NamedTuple):
    """The sentence for one code, with the fields of its misfit."""

    reason: str
    hint: str | None = None
    after_sizes: bool = True
    """Whether it needs the sizes of the operands said before it."""


_WORDS = {
    "broadcast": MisfitWords("the shapes do not fit"),
    "column-with-row": MisfitWords("a vector is a column, its transpose a row"),
    "matmul-number": MisfitWords("@ multiplies vectors and matrices", "for a number write *"),
    "matmul-row": MisfitWords(
        "a row of a vector can stand on the right of a vector only", "drop the .T"
    ),
    "matmul-inner": MisfitWords("the inner sizes, {left} and {right}, must be equal"),
    "unequal": MisfitWords("dot needs two equal shapes"),
    "not-square": MisfitWords("it needs a square matrix"),
    "types": MisfitWords("it takes {wanted_types}"),
    "no-axis": MisfitWords("there is no axis {axis} in {what}", after_sizes=False),
    "list-shapes": MisfitWords(
        "the elements of a list must have one shape",
        "to put vectors one after the other write concat(a, b)",
        after_sizes=False,
    ),
    "list-matrices": MisfitWords(
        "a list holds numbers or vectors, not matrices", after_sizes=False
    ),
    "too-many-indices": MisfitWords("{what} has no element [{place}]", after_sizes=False),
    "no-such-element": MisfitWords(
        "there is no element [{place}] in {what}, counted from 0", after_sizes=False
    ),
    "too-large": MisfitWords(
        f"a value of shape {{size}} is too large: at most {MAX_ELEMENTS:,} elements",
        after_sizes=False,
    ),
}


_TYPES = {
    ValueType.NUMBER: "a number",
    ValueType.VECTOR: "a vector",
    ValueType.ROW: "a row",
    ValueType.MATRIX: "a matrix",
}


def worded(misfit: Misfit) -> MisfitWords:
    """What is said of a misfit."""
    words, fields = _WORDS[misfit.code], misfit.fields
    shape, wanted = fields.get("shape", ()), fields.get("wanted", ())
    said = {
        **fields,
        "what": described(shape),
        "size": spelt(shape),
        "place": ", ".join(map(str, fields.get("position", ()))),
        "wanted_types": " and ".join(_TYPES[type_] for type_ in wanted),
    }
    pairs = zip(wanted, fields.get("given", ()), strict=False)
    turned = any(given.is_row and given.transposed is wants for wants, given in pairs)
    return words._replace(
        reason=words.reason.format(**said), hint="drop the .T" if turned else words.hint
    )
