"""The rounds of a loop: what its names are in each of them."""

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from backprop_cli.language.readers.python.terms import MAX_TERMS, Known

if TYPE_CHECKING:
    from backprop_cli.language.readers.python.values import Values


def rounds(values: "Values", target: ast.expr, over: ast.expr) -> Iterator[dict[str, Known | int]]:
    """What the names of a loop are in each round: numbers of a range, or elements of arrays.

    Raises:
        BackpropError: if the rounds are not known before the program is run.
    """
    match over:
        case ast.Call(func=ast.Name(id="zip"), args=parts) if isinstance(target, ast.Tuple):
            pairs = [list(_elements(values, part)) for part in parts]
            if len(pairs) != len(target.elts) or len({len(pair) for pair in pairs}) != 1:
                raise values.fail(over, "a name for each, and as many elements in each, are needed")
            for together in zip(*pairs, strict=True):
                yield _named(values, target.elts, together)
        case ast.Call(func=ast.Name(id="enumerate"), args=[part]) if isinstance(target, ast.Tuple):
            for number, element in enumerate(_elements(values, part)):
                counted = {target.elts[0].id: Known(number)}  # type: ignore[attr-defined]
                yield {**counted, **_named(values, target.elts[1:], [element])}
        case ast.Name() | ast.List() | ast.Tuple():
            for element in _elements(values, over):
                yield _named(values, [target], [element])
        case _:
            if not isinstance(target, ast.Name):
                raise values.fail(target, "only a plain name can go through a range here")
            for number in values.numbers(over):
                yield {target.id: Known(number)}


def _elements(values: "Values", over: ast.expr) -> list[ast.expr]:
    """The elements of a list that is written out, or of an input whose shape is known."""
    if isinstance(over, ast.List | ast.Tuple):
        return list(over.elts)
    if not isinstance(over, ast.Name):
        raise values.fail(over, "only a loop over range(…), a list or an input can be read")
    count = (values.sizes(over, over.id) or (0,))[0]
    if not 0 < count <= MAX_TERMS:
        raise values.fail(over, f"{over.id} has no elements to go through")
    return [
        ast.copy_location(
            ast.Subscript(over, ast.copy_location(ast.Constant(place), over), ast.Load()), over
        )
        for place in range(count)
    ]


def _named(
    values: "Values", targets: Sequence[ast.expr], elements: Sequence[ast.expr]
) -> dict[str, Known | int]:
    found: dict[str, Known | int] = {}
    for target, element in zip(targets, elements, strict=True):
        if not isinstance(target, ast.Name):
            raise values.fail(target, "only plain names can go through a loop here")
        found[target.id] = values.value(element)
    return found
