"""Forward mode beside reverse mode: what each costs, where each wins, and one forward pass."""

from collections.abc import Iterator
from itertools import islice

from rich.text import Text

from backprop_cli.analysis.modes import MOST_REVERSE, Modes
from backprop_cli.autodiff.forward_mode import factors
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells
from backprop_cli.language.numbers import rough_number
from backprop_cli.render.text.columns import aligned, clipped, counted, named
from backprop_cli.render.text.explain.passes import MAX_GATES_SHOWN, left_out, written
from backprop_cli.render.text.lines import said, title
from backprop_cli.render.text.options import FAINT, Look

LONGEST_NAME = 24


def mode_lines(found: Modes, look: Look, most: int | None = MAX_GATES_SHOWN) -> list[Text]:
    """The comparison, what it means, and the forward pass that was run."""
    aside = "the same circuit, from either end"
    lines = [title("Forward mode and reverse mode", aside, look), *_costs(found, look)]
    lines.append(Text())
    for text in (*_counted(), *_kept(found, look), *_winner(found)):
        lines += said(text, look)
    name = clipped(found.along.name, LONGEST_NAME, look)
    aside = f"{name} moves at speed 1, the other inputs stand still"
    lines += [Text(), title(f"A forward pass along {name}", aside, look)]
    lines += _pass(found, look, most)
    return [*lines, Text(), *_agreed(found, look)]


# What it costs


def _costs(found: Modes, look: Look) -> list[Text]:
    forward, reverse = found.forward, found.reverse
    return aligned(
        [
            ("", "forward", "reverse"),
            ("passes", f"{forward.passes:,}", f"{reverse.passes:,}"),
            ("multiplications", f"{forward.multiplications:,}", f"{reverse.multiplications:,}"),
            ("kept for the way back", f"{forward.kept:,}", f"{reverse.kept:,}"),
        ],
        right=(1, 2),
        gap=2 if look.width > 44 else 1,
    )


def _counted() -> Iterator[str]:
    yield (
        "Passes for all derivatives: forward mode needs one for each element of the inputs, "
        "reverse mode one for each element of the output."
    )
    yield (
        "Multiplications in all passes, of a tangent or a gradient by a local derivative: one for "
        "each element where the Jacobian of a gate is diagonal, m × k × n for a matrix product, "
        "none where a gate only copies, adds, routes or turns a sign. What the local derivatives "
        "cost themselves is the same in both."
    )


def _kept(found: Modes, look: Look) -> Iterator[str]:
    names = found.trace.graph.names
    some = named(len(found.nodes), [names[k] for k in islice(found.nodes, MAX_GATES_SHOWN)], look)
    back = counted(found.reverse.kept, "number")
    needs = f"{back} of the way forwards: {some}" if found.nodes else "no value of the way forwards"
    yield (
        "Memory: a tangent travels with its value and both are forgotten after their last use, so "
        f"forward mode has at most {counted(found.in_hand, 'number')} in hand at one time. The way "
        f"back needs {needs}."
    )


def _winner(found: Modes) -> Iterator[str]:
    forward, reverse = found.forward, found.reverse
    ins = counted(forward.passes, "input element")
    outs = counted(reverse.passes, "output element")
    if forward.passes > reverse.passes:
        loss = (
            " So it is for every loss, which is one number: the gradient of a million weights "
            "takes one pass backwards, or a million forwards."
        )
        yield f"Reverse mode wins here: {ins}, {outs}.{loss if reverse.passes == 1 else ''}"
    elif forward.passes < reverse.passes:
        yield f"Forward mode wins here: {ins}, {outs}, and nothing to keep."
    else:
        yield (
            f"Both need as many passes here: {ins}, {outs}. Forward mode keeps nothing; reverse "
            "mode wins as soon as there are more inputs than outputs."
        )


# The pass


def _pass(found: Modes, look: Look, most: int | None) -> list[Text]:
    """A row for each node that moves: its value, its tangent, and what that is made of."""
    moving = [k for k, tangent in enumerate(found.tangents) if tangent is not None]
    lines = _rows(found, moving[:most], look)
    return lines + left_out(len(moving) - len(moving[:most]), look, "nodes that move")


def _rows(found: Modes, nodes: list[int], look: Look) -> list[Text]:
    """The rows, with as much of every value as there is room for; else without some columns."""
    for columns, rooms in ((4, (40, 30, 22, 16)), (3, (30, 22, 16, 12)), (2, (16, 12))):
        for room in rooms:
            head = ("", "tangent", "value", f"tangent {look.times} local")
            rows = [head, *(_row(found, k, look, room) for k in nodes)]
            lines = aligned([row[:columns] for row in rows])
            if max(cells(line.plain) for line in lines) <= look.width:
                return lines
    return lines


def _row(found: Modes, k: int, look: Look, room: int) -> tuple[str, str, str, str]:
    """A node, its tangent, its value, and what the tangent is made of."""
    trace = found.trace
    row = trace.graph.types[k].is_row
    return (
        clipped(_name(trace, k, look), max(12, look.width // 3), look),
        look.value(found.tangents[k], room, row),
        look.value(trace.values[k], room, row),
        _made_of(found, k, look),
    )


def _name(trace: Trace, k: int, look: Look) -> str:
    name = trace.graph.names[k]
    return f"{name} = {written(trace, k, look)}" if trace.graph.gates[k] else name


def _made_of(found: Modes, k: int, look: Look) -> str:
    """1 × -4 + 3 × 2: of a gate of numbers."""
    graph = found.trace.graph
    if graph.gates[k] is None:
        return ""
    if any(graph.shapes[node] for node in (k, *graph.args[k])) or len(graph.args[k]) > 3:
        return ""
    products = [
        f"{look.number(tangent)} {look.times} {look.number(local)}"
        for tangent, local in factors(found.trace, found.tangents, k)
    ]
    return " + ".join(products)


def _agreed(found: Modes, look: Look) -> Iterator[Text]:
    """That the pass ends in what the backward passes say."""
    names = (found.trace.output, found.along.name)
    slope = look.derivative(*(clipped(name, LONGEST_NAME, look) for name in names))
    passes = "one pass" if len(found.rows) == 1 else f"{len(found.rows):,} passes"
    some = found.reverse.passes > MOST_REVERSE
    first = f" (the first {MOST_REVERSE} elements are compared)" if some else ""
    if len(found.column) == 1:
        ahead, back = (look.number(numbers[0]) for numbers in (found.column, found.rows))
        text = f"Forwards {slope} = {ahead}, and backwards, in {passes}, {back}"
    else:
        text = f"Forwards {slope} in one pass, and backwards in {passes}{first}"
    near = "the same but for rounding" if found.agree else "which is not the same"
    error = f", an error of {rough_number(found.error)}" if found.error else ""
    pairs = zip(found.column, found.rows, strict=True)
    same = "the same" if all(a == b or a != a for a, b in pairs) else near + error
    yield from said(f"{text}: {same}.", look, style="green" if found.agree else "bold red")
    if found.forward.passes > 1:
        left = found.forward.passes - 1
        yield from said(
            f"{counted(left, 'more pass', 'more passes')} like this would give the rest.",
            look,
            style=FAINT,
        )
