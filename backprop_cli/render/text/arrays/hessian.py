"""The table of second derivatives, and what it says: curvature, symmetry, who does not interact."""

from collections.abc import Iterator
from math import isfinite

from rich.text import Text

from backprop_cli.analysis.hessian import Hessian
from backprop_cli.analysis.kinks import kink_notes
from backprop_cli.errors import inert
from backprop_cli.language.numbers import rough_number
from backprop_cli.render.text.columns import StyledEntry, clipped, in_blocks
from backprop_cli.render.text.lines import said, title
from backprop_cli.render.text.options import FAINT, WARNING, Look

LONGEST_NAME = 12
NAMED = 3
"""Pairs that are named one by one."""

_MARKS = {"wrong": "!", "doubtful": "!", "kink": "*", "undefined": "?", "unmeasured": "?"}
_SAID = {
    "good": "as close as rounding lets one see",
    "fine": "error below 1e-4",
    "doubtful": "marked !, error between 1e-4 and 1e-2",
    "wrong": "marked !, error above 1e-2",
    "kink": "marked *: a gate on the way is at a kink, or this very point is a special case of its "
    "rule; the slope jumps there, and so may its derivative: what stands there is a convention",
    "undefined": "marked ?: the gradient or its derivative is infinite or not a number",
    "unmeasured": "marked ?: cannot be measured, no slope settles as the step shrinks, or a step "
    "has no value",
}


def hessian_lines(found: Hessian, look: Look) -> list[Text]:
    """The table, in blocks of columns where it is wide, and a sentence on each thing to see."""
    lines = [_title(found, look)]
    for block in _blocks(found, look):
        lines += [Text(), *block]
    sentences = (*_reading(found, look), *_shape(found, look), *_pairs(found, look))
    lines += [Text()] if sentences else []
    for text in sentences:
        lines += said(text, look)
    return [*lines, Text(), *_checked(found, look)]


def _title(found: Hessian, look: Look) -> Text:
    text = f"Second derivatives of {_output(found, look)}"
    aside = "row: what moves; column: whose slope changes"
    return title(text, aside, look)


def _output(found: Hessian, look: Look) -> str:
    """What is differentiated; of an array, the sum that the upstream makes of it."""
    f = _short(found, look)
    seed = found.trace.seed
    return f if isinstance(seed, float) and seed == 1.0 else f"{f}, weighted by the upstream"


def _short(found: Hessian, look: Look) -> str:
    return clipped(found.trace.output, LONGEST_NAME, look)


def second(of: str, by: str, then: str, look: Look) -> str:
    """∂²f/∂x∂y, or ∂²f/∂x²."""
    d, two = ("d", "2") if look.ascii else ("∂", "²")
    return f"{d}{two}{of}/{d}{by}{two if by == then else d + then}"


# The table


def _blocks(found: Hessian, look: Look) -> list[list[Text]]:
    """The table, each number with its mark."""
    names = [clipped(name, LONGEST_NAME, look) for name in found.names]
    size = range(len(names))
    table = [
        [StyledEntry(_marked(found, i, j, look), _style(found, i, j)) for j in size] for i in size
    ]
    # Each column has room for a mark, and its name stands above the numbers.
    return in_blocks(names, [f"{name} " for name in names], table, look, gap=1)


def _marked(found: Hessian, i: int, j: int, look: Look) -> str:
    return look.number(found.matrix[i][j]) + _MARKS.get(found.verdicts[i][j], " ")


def _style(found: Hessian, i: int, j: int) -> str:
    if found.verdicts[i][j] in _MARKS:
        return WARNING
    return FAINT if found.matrix[i][j] == 0 else ""


# What is said


def _reading(found: Hessian, look: Look) -> Iterator[str]:
    """How one number of the table is read: the first beside the diagonal, else on it."""
    names = [clipped(name, LONGEST_NAME, look) for name in found.names]
    size = range(len(names))
    telling = [(i, j) for i in size for j in size if found.matrix[i][j] != 0]
    if any(not isfinite(found.matrix[i][j]) for i, j in telling):
        return
    if not telling:
        # At a kink the gradient may jump all the same.
        if not found.count("kink"):
            yield "All are 0: the gradient stays the same as the inputs move a little."
        return
    # The sooner beside the diagonal, and not where a kink makes it a convention.
    i, j = min(telling, key=lambda at: (found.verdicts[at[0]][at[1]] in _MARKS, at[0] == at[1]))
    f = _short(found, look)
    slope, number = look.derivative(f, names[j]), look.number(found.matrix[i][j])
    yield (
        f"Row {names[i]}, column {names[j]}: {second(f, names[i], names[j], look)} = {number}. "
        f"As {names[i]} moves by a little, {slope} changes by {number} times as much."
    )


def _shape(found: Hessian, look: Look) -> Iterator[str]:
    """The curvature along each element, and along all directions."""
    if not any(number for row in found.matrix for number in row) or found.curvatures is None:
        return
    yield (
        "On the diagonal is the curvature along one element: above 0 the slope rises and the curve "
        "bends up, below 0 it bends down, at 0 it is straight."
    )
    if len(found.matrix) == 1 or found.count("kink"):
        return
    low, high = found.curvatures
    nothing = 1e-12 * max(abs(low), abs(high))
    low, high = (0.0 if abs(number) <= nothing else number for number in (low, high))
    if low < 0 < high:
        what = "up along some and down along others, like a saddle"
    else:
        what = "nowhere down, like a bowl" if low >= 0 else "nowhere up, like a dome"
    yield (
        f"Over all directions (the eigenvalues) it runs from {look.number(low)} to "
        f"{look.number(high)}: {what}."
    )


def _pairs(found: Hessian, look: Look) -> Iterator[str]:
    """That the table is symmetric, and which pairs do not interact."""
    names = [clipped(name, LONGEST_NAME, look) for name in found.names]
    count = len(names) * (len(names) - 1) // 2
    if not count:
        return
    f, a, b = _short(found, look), names[0], names[1]
    same = f"{second(f, a, b, look)} = {second(f, b, a, look)}"
    if found.asymmetry == found.asymmetry < 1e-9 * _largest(found):
        yield f"The table is symmetric, each half worked out on its own: {same}."
    else:
        gap = look.number(found.asymmetry)
        yield f"The table should be symmetric, {same}, and differs by up to {gap}."
    apart = [f"{names[i]} and {names[j]}" for i, j in found.apart]
    if not apart and not found.count("kink"):
        yield "No pair is apart: the slope along each element changes as any other moves."
    if not apart:
        return
    some = ", ".join(apart[:NAMED]) + (f", {look.dots}" if len(apart) > NAMED else "")
    which = f"{len(apart):,} of {count:,} pairs do" if count > 1 else f"{apart[0]} do"
    listed = f" ({some})" if count > 1 else ""
    yield (
        f"0 beside the diagonal: {which} not interact{listed}. The slope along one stays the same "
        "as the other moves."
    )


def _largest(found: Hessian) -> float:
    return max([1.0, *(abs(number) for row in found.matrix for number in row)])


def _checked(found: Hessian, look: Look) -> Iterator[Text]:
    """How it was checked, and with what result."""
    total = len(found.matrix) ** 2
    each = "Checked" if total == 1 else f"Checked, each of the {total:,},"
    error = "" if found.worst is None else f": the largest error is {rough_number(found.worst)}"
    yield from said(
        f"{each} against the slope of the gradient, measured a little to both sides{error}.", look
    )
    for verdict, what in _SAID.items():
        count = found.count(verdict)
        if count:
            style = {"good": "green", "fine": "green", "wrong": "bold red"}.get(verdict, WARNING)
            yield from said(f"{count:,} {verdict}: {what}", look, style=style)
    for note in kink_notes(found.trace, look.style):
        yield from said(inert(note.message), look, style=WARNING)
