"""A descent as a table, as curves of a few lines, and in words."""

from collections.abc import Iterator, Sequence
from math import isfinite, log10
from typing import Any

from rich.text import Text

from backprop_cli.analysis.descent import Descent, DescentOutcome
from backprop_cli.analysis.flow import size_of
from backprop_cli.errors import inert
from backprop_cli.render.table import GAP, INDENT, Cell, Column, table_lines, width_of
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.framed import framed, room
from backprop_cli.render.text.lines import said, title
from backprop_cli.render.text.options import FAINT, GRADIENT, VALUE, Look
from backprop_cli.render.text.plot import Curve, plot, thinned

ROWS = 12
"""Rows of the table, unless all are asked for."""
HEIGHT = 8
"""Lines of a curve."""
DECADES = 3
"""From so many powers of ten on, a curve is drawn by them."""

Block = tuple[list[Column], list[list[Cell]]]


def descent_lines(found: Descent, look: Look, everything: bool = False) -> list[Text]:
    """The formula, the steps, the curves, and what happened."""
    blocks = [
        screen(found.start, look, Contents(("formula",))),
        [_title(found, look), *_table(found, look, everything)],
        _loss(found, look),
        _path(found, look),
        [title("What happened", "", look), *_words(found, look)],
        [title("At the end", "", look), *_end(found, look)],
    ]
    lines: list[Text] = []
    for block in blocks:
        lines += [*([Text()] if lines and block else []), *block]
    return lines


def _title(found: Descent, look: Look) -> Text:
    name = inert(found.names[0])
    arrow = "<-" if look.ascii else "←"
    by = look.derivative(found.start.output, name)
    rule = f"{name} {arrow} {name} - {look.number(found.rate)}{look.times}{by}"
    return title("Gradient descent", rule + (", and so on" if len(found.names) > 1 else ""), look)


# The table


def _table(found: Descent, look: Look, everything: bool) -> list[Text]:
    count = len(found.points)
    shown = list(range(count)) if everything else thinned(count, ROWS)
    for columns, rows in _layouts(found, look, shown):
        widths = [width_of(column, [row[n] for row in rows]) for n, column in enumerate(columns)]
        if INDENT + sum(widths) + GAP * (len(widths) - 1) <= look.width:
            break
    return table_lines(columns, rows)


def _layouts(found: Descent, look: Look, shown: Sequence[int]) -> Iterator[Block]:
    """The table in its forms, the one that says most first."""
    for parts in (("value", "gradient", "change"), ("value", "gradient"), ("value",), ()):
        columns = [Column("step", FAINT, number=True), _number(found.start.output, VALUE)]
        rows: list[list[Cell]] = [[str(k), look.number(found.points[k].value)] for k in shown]
        for name in found.names:
            for part in parts:
                header, style, cells = _column(found, look, name, part, shown)
                columns.append(_number(header, style))
                for row, cell in zip(rows, cells, strict=True):
                    row.append(cell)
        if parts != ("value", "gradient", "change"):
            columns.append(_number("largest |gradient|", GRADIENT))
            for row, k in zip(rows, shown, strict=True):
                sizes = map(size_of, found.points[k].gradients.values())
                row.append(look.number(float(max(sizes))))
        yield columns, rows


def _column(
    found: Descent, look: Look, name: str, part: str, shown: Sequence[int]
) -> tuple[str, str, list[str]]:
    """One column of an input: of an array, its largest element."""
    points = found.points
    if part == "value":
        header, style = inert(name), VALUE
        values: list[Any] = [points[k].inputs[name] for k in shown]
    elif part == "gradient":
        header, style = look.derivative(found.start.output, inert(name)), GRADIENT
        values = [points[k].gradients[name] for k in shown]
    else:
        header, style = f"{'change of ' if look.ascii else 'Δ'}{inert(name)}", ""
        values = [found.change(k, name) if k < len(points) - 1 else None for k in shown]
    is_number = isinstance(points[0].inputs[name], float)
    cells = [
        "" if value is None else look.number(value if is_number else float(size_of(value)))
        for value in values
    ]
    return (header if is_number else f"max |{header}|"), style, cells


def _number(header: str, style: str) -> Column:
    return Column(header, style, number=True)


# The curves


def _loss(found: Descent, look: Look) -> list[Text]:
    """The value of the output, step by step."""
    values = [point.value for point in found.points if isfinite(point.value)]
    if len(values) < 2 or min(values) == max(values):
        return []
    decades = min(values) > 0 and max(values) / min(values) >= 10**DECADES
    heights = [log10(value) for value in values] if decades else values
    name, aside = inert(found.start.output), "a logarithmic scale" if decades else ""
    head = title(f"{name}, step by step", aside, look)
    curve = Curve([(float(k), y) for k, y in enumerate(heights)])
    drawn = plot([curve], room(look), HEIGHT, look.ascii)
    return [head, *framed(drawn, (min(values), max(values)), (0.0, len(values) - 1.0), look)]


def _path(found: Descent, look: Look) -> list[Text]:
    """Where two numbers go together."""
    first = found.points[0].inputs
    if len(first) != 2 or not all(isinstance(value, float) for value in first.values()):
        return []
    x, y = first
    ways = [(float(point.inputs[x]), float(point.inputs[y])) for point in found.points]
    spots = [spot for spot in ways if all(map(isfinite, spot))]
    if len(set(spots)) < 2:
        return []
    start, end = spots[0], spots[-1]
    aside = f"from {_spot(start, look)} to {_spot(end, look)}"
    head = title(f"The way of {inert(x)} (across) and {inert(y)} (up)", aside, look)
    drawn = plot([Curve(spots)], room(look), HEIGHT, look.ascii)
    acrosses, ups = zip(*spots, strict=True)
    return [head, *framed(drawn, (min(ups), max(ups)), (min(acrosses), max(acrosses)), look)]


def _spot(spot: tuple[float, float], look: Look) -> str:
    return f"({look.number(spot[0])}, {look.number(spot[1])})"


# In words


def _words(found: Descent, look: Look) -> list[Text]:
    return [line for text in _sentences(found, look) for line in said(text, look)]


SAID = {
    DescentOutcome.ARRIVED: "It converges: {went} {after}, and the gradient is next to nothing.",
    DescentOutcome.FALLS: "It still falls: {went} {after}. More steps lead on, or a larger rate.",
    DescentOutcome.FALLS_FASTER: (
        "It falls faster and faster: {went} {after}. If it goes on so, {f} has no lowest point "
        "this way."
    ),
    DescentOutcome.JUMPS_NEARER: (
        "It oscillates, and comes nearer: {jumps} of {steps} steps went over to the other side, "
        "where the gradient points back. {went}. A smaller rate goes straight."
    ),
    DescentOutcome.JUMPS_ABOUT: (
        "It oscillates: {jumps} of {steps} steps went over to the other side, where the gradient "
        "points back, and it comes no nearer. {went}. A smaller rate comes nearer."
    ),
    DescentOutcome.DIVERGES: (
        "It diverges: {went} {after}. Each step goes too far. Take a smaller rate."
    ),
    DescentOutcome.DEAD: (
        "It is dead: the gate {dead} lets no gradient through, so nothing before it moves, and it "
        "stays so. {went}."
    ),
    DescentOutcome.AT_REST: "Nothing moves: the gradient is 0 where it starts, and {went}.",
    DescentOutcome.NOT_A_NUMBER: (
        "It comes to no number {after}: {f} or its gradient is not finite there."
    ),
}
"""What is said of how a descent ended."""


def _sentences(found: Descent, look: Look) -> Iterator[str]:
    f, steps = inert(found.start.output), len(found.points) - 1
    begun, ended = (look.number(found.points[place].value) for place in (0, -1))
    yield SAID[found.outcome].format(
        f=f,
        went=f"{f} stays {begun}" if begun == ended else f"{f} went from {begun} to {ended}",
        after=f"in {steps} step{'s' * (steps != 1)}",
        jumps=found.jumps,
        steps=steps,
        dead=inert(found.dead or ""),
    )
    turning = found.outcome in (
        DescentOutcome.JUMPS_NEARER,
        DescentOutcome.JUMPS_ABOUT,
        DescentOutcome.DIVERGES,
    )
    if turning and found.highest_rate is not None:
        limit = look.number(found.highest_rate)
        yield (
            f"From the start, a step with a rate above about {limit} makes {f} larger. Its lowest "
            f"point this way is half as far: a rate of about {look.number(found.highest_rate / 2)}."
        )


def _end(found: Descent, look: Look) -> list[Text]:
    last = found.points[-1]
    values = {**last.inputs, found.start.output: last.value}
    lines = []
    wide = max(len(inert(name)) for name in values)
    for name, value in values.items():
        head = f"  {inert(name):<{wide}} = "
        if isinstance(value, float) or value.size > 100:
            lines.append(Text(head + look.value(value), no_wrap=True))
            continue
        rows = look.blocks(value, max(20, look.width - len(head)))
        for n, row in enumerate(rows):
            lines.append(Text((head if n == 0 else " " * len(head)) + row, no_wrap=True))
    return lines
