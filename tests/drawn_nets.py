"""Take an SVG or a TikZ picture apart: pieces of wire, dots, gates and names, from the text alone."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

Point = tuple[float, float]
Piece = tuple[Point, Point]
NEAR = 0.6
"""What counts as the same place."""


class Thing(NamedTuple):
    """A gate or a name: what it says and the room that it takes."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    is_gate: bool
    node: str = ""
    """The node that it belongs to, where a picture tells; of two labels one may have two lines."""

    def touches(self, point: Point, room: float = NEAR) -> bool:
        x, y = point
        across = self.left - room <= x <= self.right + room
        return across and self.top - room <= y <= self.bottom + room


class Parts(NamedTuple):
    """Everything that is drawn."""

    wires: list[list[Piece]]
    dots: list[Point]
    things: list[Thing]
    labels: list[Thing]
    apart: float
    """How far from a name its wire may begin or end."""


def of_svg(text: str) -> Parts:
    root = ET.fromstring(text)
    groups = {group.get("class"): group for group in root.findall("{*}g")}
    gates = [_gate(group) for group in groups["gates"].findall("{*}g")] if "gates" in groups else []
    names = [_text(element) for element in groups["names"].findall("{*}text")]
    labels: dict[tuple[str, ...], Thing] = {}
    for kind in ("values", "gradients"):
        for element in _all(groups, kind, "text"):
            key = kind, element.get("data-node", ""), element.get("data-to", "")
            text = _text(element)._replace(node=key[1])
            labels[key] = _around(labels.get(key, text), text)
    paths = [_pieces(element.get("d", "")) for element in _all(groups, "wires", "path")]
    dots = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in _all(groups, "forks", "circle")]
    return Parts(paths, dots, [*gates, *names], list(labels.values()), 6)


def _around(one: Thing, other: Thing) -> Thing:
    """The lines of one label as one."""
    left, top = min(one.left, other.left), min(one.top, other.top)
    right, bottom = max(one.right, other.right), max(one.bottom, other.bottom)
    return one._replace(left=left, top=top, right=right, bottom=bottom)


def _all(groups: dict[str | None, ET.Element], group: str, tag: str) -> list[ET.Element]:
    return groups[group].findall(f"{{*}}{tag}") if group in groups else []


def _gate(group: ET.Element) -> Thing:
    rect, text = group.find("{*}rect"), group.find("{*}text")
    assert rect is not None
    assert text is not None
    x, y, wide, high = (float(rect.get(key, 0)) for key in ("x", "y", "width", "height"))
    node = group.get("data-node", "")
    return Thing("".join(text.itertext()), x, y, x + wide, y + high, is_gate=True, node=node)


def _text(element: ET.Element) -> Thing:
    """A text about as wide as it is: 0.55 of its height for each letter."""
    said = "".join(t for t in element.itertext() if t)
    title = element.find("{*}title")
    said = said.removeprefix(title.text or "") if title is not None else said
    x, y, wide = (
        float(element.get("x", 0)),
        float(element.get("y", 0)),
        14 * 0.55 * len(said.strip()),
    )
    start = {"start": x, "end": x - wide}.get(element.get("text-anchor", ""), x - wide / 2)
    node = element.get("data-node", "")
    return Thing(said.strip(), start, y - 11, start + wide, y + 3, is_gate=False, node=node)


def _pieces(path: str) -> list[Piece]:
    """Straight pieces of a path; a round corner is two, to its corner and from there."""
    line, *_head = [part for part in path.split("M") if part]
    points = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", line)]
    return [(a, b) for a, b in pairwise(points) if a != b]


def of_tikz(lines: list[str]) -> Parts:
    text = "\n".join(lines)
    number = r"(-?[\d.]+)"
    gates = {
        name: (sign, (float(x), -float(y)))
        for name, x, y, sign in re.findall(
            rf"\\node\[gate\] \((\w+)\) at \({number},{number}\) \{{(.*)\}};", text
        )
    }
    things = [Thing(sign, x, y, x, y, is_gate=True) for sign, (x, y) in gates.values()]
    bodies = re.findall(rf"\\draw\[body\] \({number},{number}\) -- \({number},{number}\);", text)
    for x, top, _, bottom in bodies:
        middle = float(x), -(float(top) + float(bottom)) / 2
        (at,) = [k for k, thing in enumerate(things) if (thing.left, thing.top) == middle]
        things[at] = things[at]._replace(top=-float(top), bottom=-float(bottom))
    for x, y, said in re.findall(
        rf"\\node\[anchor=(?:east|west)\] at \({number},{number}\) \{{(.*)\}};", text
    ):
        things.append(Thing(said, float(x), -float(y), float(x), -float(y), is_gate=False))
    wires = []
    for path in re.findall(r"\\draw\[(?:wire|arrow)\] (.*?);", text):
        points = []
        for spot in re.findall(r"\(([^)]*)\)", path):
            x, _, y = spot.partition(",")
            points.append((float(x), -float(y)) if y else gates[spot][1])
        wires.append([(a, b) for a, b in pairwise(points) if a != b])
    dots = re.findall(rf"\\fill \({number},{number}\)", text)
    return Parts(wires, [(float(x), -float(y)) for x, y in dots], things, [], NEAR)


class Net(NamedTuple):
    """One value's wires: where it comes from, and where it goes, by the height at which it enters."""

    source: Thing
    ends: list[tuple[Thing, float]]
    pieces: list[Piece]


def nets(parts: Parts) -> Iterator[Net]:
    """Wires that begin at one thing, or at a dot of one that does."""
    joined: list[list[list[Piece]]] = []
    starts: list[Thing] = []
    rest = list(parts.wires)
    for wire in list(rest):
        from_ = [thing for thing in parts.things if _begins(thing, wire[0][0], parts.apart)]
        if from_ and not any(_same(dot, wire[0][0]) for dot in parts.dots):
            known = [k for k, thing in enumerate(starts) if thing == from_[0]]
            if known:
                joined[known[0]].append(wire)
            else:
                starts.append(from_[0])
                joined.append([wire])
            rest.remove(wire)
    changed = True
    while rest and changed:
        changed = False
        for wire in list(rest):
            start = wire[0][0]
            for wires in joined:
                if any(_on(start, piece) for other in wires for piece in other):
                    wires.append(wire)
                    rest.remove(wire)
                    changed = True
                    break
    assert not rest, f"wires that begin nowhere: {rest}"
    for source, wires in zip(starts, joined, strict=True):
        ends = [
            # From above it enters higher than from the left, from below lower.
            (thing, tip[1] + 0.3 * ((tip[1] < before[1]) - (tip[1] > before[1])))
            for before, tip in (wire[-1] for wire in wires)
            for thing in parts.things
            if thing != source and thing.touches(tip, NEAR if thing.is_gate else parts.apart)
        ]
        yield Net(source, ends, [piece for wire in wires for piece in wire])


def _begins(thing: Thing, point: Point, apart: float) -> bool:
    return thing.touches(point, NEAR if thing.is_gate else apart) and point[0] >= thing.left


def _same(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) + abs(one[1] - other[1]) < NEAR


def _on(point: Point, piece: Piece) -> bool:
    (x1, y1), (x2, y2) = piece
    x, y = point
    across = min(x1, x2) - NEAR <= x <= max(x1, x2) + NEAR
    return across and min(y1, y2) - NEAR <= y <= max(y1, y2) + NEAR


def shared(found: list[Net]) -> list[Piece]:
    """Pieces of different nets that run along each other."""
    lines: dict[tuple[int, float], list[tuple[float, float, int, Piece]]] = {}
    for number, net in enumerate(found):
        for piece in net.pieces:
            for axis in (0, 1):
                if abs(piece[0][1 - axis] - piece[1][1 - axis]) < NEAR:
                    low, high = sorted((piece[0][axis], piece[1][axis]))
                    key = axis, round(piece[0][1 - axis])
                    lines.setdefault(key, []).append((low, high, number, piece))
    return [
        one[3]
        for pieces in lines.values()
        for one, other in combinations(pieces, 2)
        if one[2] != other[2] and min(one[1], other[1]) - max(one[0], other[0]) > NEAR
    ]


def distance(thing: Thing, piece: Piece) -> float:
    """How far a piece of wire stays away from a text."""
    (x1, y1), (x2, y2) = piece
    across = max(thing.left - max(x1, x2), min(x1, x2) - thing.right, 0)
    down = max(thing.top - max(y1, y2), min(y1, y2) - thing.bottom, 0)
    return max(across, down)
