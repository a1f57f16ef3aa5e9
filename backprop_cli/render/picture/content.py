"""What is drawn of a circuit by programs that find its places themselves: boxes and wires."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import cells
from backprop_cli.render.picture.drawing import GATE, INPUT, OUTPUT
from backprop_cli.render.text.circuit.labels import Labels, Manner, labels
from backprop_cli.render.text.options import Look

SIZE, LINE = 14.0, 17.0
"""Height of a letter and of a line of text, in points."""
CELL = 0.62 * SIZE
"""Width of a letter, of any usual font: digits are 0.5 to 0.64 of their height wide."""
CIRCLE = 34.0
"""Across the smallest gate."""

_NAME = 24
"""Columns of the longest name that is written in full."""
_WIDEST = 24
_FEW = 4
"""Uses of a value that are drawn from one split, wherever they are."""

Uses = dict[int, list[tuple[int, int]]]
"""Node -> the gates that it feeds, and which of their inputs it is."""


class NodeBox(NamedTuple):
    """A gate, or a name at the end of a wire."""

    node: int
    kind: str
    text: str

    @property
    def id(self) -> str:
        """Its name in a graph that is handed on."""
        return f"{'e' if self.kind == OUTPUT else 'n'}{self.node}"


class Wired(NamedTuple):
    """A wire, with what is written at it."""

    source: int
    target: int | None
    slot: int | None
    name: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    begins: int | None = None
    """The split of its source at which it begins; None where it begins at the source itself."""
    splits: int | None = None
    """The split at which it ends; the first one is at the end of what is written at the trunk."""


class Content(NamedTuple):
    """Everything that is drawn."""

    boxes: tuple[NodeBox, ...]
    wires: tuple[Wired, ...]

    def joined(self) -> Iterator[tuple[Wired, str, str]]:
        """Each wire with a name for where it begins and where it ends.

        n3 is node 3, e3 the name behind it, and s5 the end of wire 5 where that is a split, or
        where the wire ends nowhere.
        """
        named = {box.node for box in self.boxes if box.kind == OUTPUT}
        splits: dict[tuple[int, int | None], str] = {}
        for number, wire in enumerate(self.wires):
            start = splits.get((wire.source, wire.begins), f"n{wire.source}")
            if wire.target is not None:
                yield wire, start, f"n{wire.target}"
            elif wire.splits is None and wire.source in named:
                yield wire, start, f"e{wire.source}"
            else:
                end = f"s{number}"
                if wire.splits is not None:
                    splits[wire.source, wire.splits] = end
                yield wire, start, end


def content(trace: Trace, look: Look) -> Content:
    """What is drawn of a run."""
    texts = labels(trace, look, Manner(names=False, circles=False, before=0, after=0))
    uses = _uses(trace, texts)
    boxes = [_box(k, texts) for k in texts.args]
    ends = [k for k in texts.args if k not in uses and texts.args[k]]
    boxes += [_named(k, OUTPUT, texts.names[k]) for k in ends]
    return Content(tuple(boxes), tuple(_wires(trace, texts, uses, look)))


def marked_up(wire: Wired, green: str, red: str, escaped: Callable[[str], str]) -> str:
    """What is written at a wire in the tags that DOT and Mermaid share; empty where nothing is.

    The colours are those of `font`: after "style=…:" Mermaid would take the last entity of the
    line for a colour, and cut it.
    """
    name = f"{escaped(wire.name)} = " if wire.name else ""
    above, below = ("<br/>".join(map(escaped, lines)) for lines in (wire.above, wire.below))
    parts = [f"<font color='{green}'>{name}{above}</font>"] if above else []
    parts += [f"<font color='{red}'><i>{below}</i></font>"] if below else []
    return "<br/>".join(parts)


def _uses(trace: Trace, texts: Labels) -> Uses:
    uses: Uses = {}
    for k, drawn in texts.args.items():
        for slot, arg in enumerate(trace.graph.args[k]):
            if arg in drawn:
                uses.setdefault(arg, []).append((k, slot))
    return uses


def _box(k: int, texts: Labels) -> NodeBox:
    gate = bool(texts.args[k])
    return NodeBox(k, GATE, chalk(texts.signs[k])) if gate else _named(k, INPUT, texts.names[k])


_CHALK = {"*": "×", "-": "−", "sigmoid": "σ"}


def chalk(sign: str) -> str:
    """What a lecturer writes in a gate, where that is not what one types."""
    return _CHALK.get(sign, "×" + sign[1:] if sign.startswith("*") else sign)


def shortened(name: str) -> str:
    """A name that is not longer than a picture has room for."""
    return name if cells(name) <= _NAME else name[: _NAME - 1] + "…"


def _named(k: int, kind: str, name: str) -> NodeBox:
    return NodeBox(k, kind, shortened(name))


def _wires(trace: Trace, texts: Labels, uses: Uses, look: Look) -> Iterator[Wired]:
    contributions = _contributions(trace, look)
    depths = _depths(texts)
    for k in texts.args:
        named = bool(texts.args[k]) and k in uses
        name = _named(k, INPUT, texts.names[k]).text if named else ""
        above, below = tuple(texts.above[k]), tuple(texts.below[k])
        used = uses.get(k, [])
        if len(used) == 1:
            yield Wired(k, *used[0], name, above, below)
            continue
        yield Wired(k, None, None, name, above, below, splits=0 if used else None)
        for split, group in enumerate(_groups(used, depths)):
            if split:
                yield Wired(k, None, None, "", (), (), begins=split - 1, splits=split)
            for user, slot in group:
                yield Wired(k, user, slot, "", (), contributions.get((user, slot), ()), split)


def _depths(texts: Labels) -> dict[int, int]:
    """Node -> the gates on the longest way to it."""
    depths: dict[int, int] = {}
    for k, feeding in texts.args.items():
        depths[k] = 1 + max([depths[arg] for arg in feeding], default=-1)
    return depths


def _groups(used: list[tuple[int, int]], depths: dict[int, int]) -> Iterator[list[tuple[int, int]]]:
    """What each split of a fork feeds: near gates first.

    A wire to each of a thousand gates in a row would be a tangle that takes minutes to lay out;
    one wire that passes them all, and splits at each, is what one would draw by hand.
    """
    if len(used) <= _FEW:
        yield used
        return
    groups = [
        list(group)
        for _, group in groupby(
            sorted(used, key=lambda u: depths[u[0]]), key=lambda u: depths[u[0]]
        )
    ]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    yield from groups


def _contributions(trace: Trace, look: Look) -> dict[tuple[int, int], tuple[str, ...]]:
    """Gate and slot -> the lines of what it sends there."""
    types = trace.graph.types
    return {
        (step.output, step.slot): tuple(_lines(step.downstream, look, types[step.input].is_row))
        for step in trace.each_step()
    }


def _lines(value: Any, look: Look, row: bool) -> list[str]:
    rows = look.rows(value, _WIDEST, 4)
    return rows if len(rows) > 1 else [look.value(value, _WIDEST, row)]
