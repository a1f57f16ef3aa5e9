"""Take a circuit of the terminal apart: from its characters alone, which gate feeds which."""

from collections.abc import Iterator
from typing import NamedTuple

from backprop_cli.errors import cells

LEFT, RIGHT, UP, DOWN = (-1, 0), (1, 0), (0, -1), (0, 1)
SIDES = {
    "─": (LEFT, RIGHT),
    "│": (UP, DOWN),
    "╮": (LEFT, DOWN),
    "╯": (LEFT, UP),
    "╭": (RIGHT, DOWN),
    "╰": (RIGHT, UP),
    "●": (LEFT, RIGHT, UP, DOWN),
}
BODY = "┃"
Spot = tuple[int, int]


class Token(NamedTuple):
    """A text: a gate's sign, a name or a number."""

    text: str
    x: int
    y: int


class Taken(NamedTuple):
    """What was found."""

    tokens: dict[Spot, Token]
    """For each cell of a text the text."""
    nets: list[set[Spot]]
    """The cells of each wire."""
    ends: list[list[tuple[Token, int]]]
    """For each wire the texts at which it ends, and how high: at a gate that is its port's place."""
    crossings: set[Spot]


def take_apart(lines: list[str]) -> Taken:
    """Follow every wire from cell to cell."""
    grid = {
        (x, y): character
        for y, line in enumerate(lines)
        for x, character in enumerate(_spread(line))
        if character != " "
    }
    tokens = {
        (x, token.y): token
        for y, line in enumerate(lines)
        for token in _tokens(_spread(line), y)
        for x in range(token.x, token.x + len(token.text))
    }
    nets: list[set[Spot]] = []
    ends: list[list[tuple[Token, int]]] = []
    seen: dict[tuple[Spot, bool], int] = {}
    crossings: set[Spot] = set()
    for spot, character in sorted(grid.items()):
        if character not in SIDES or character == "│" or (spot, True) in seen:
            continue
        number, net, found = len(nets), set(), []
        todo = [spot]
        while todo:
            here = todo.pop()
            if (here, True) in seen:
                continue
            seen[here, True] = number
            net.add(here)
            for side in SIDES[grid[here]]:
                there = (here[0] + side[0], here[1] + side[1])
                # A wire goes straight on behind one that it crosses.
                while side in (LEFT, RIGHT) and grid.get(there) == "│":
                    crossings.add(there)
                    there = (there[0] + side[0], there[1])
                character = grid.get(there, " ")
                if character in SIDES:
                    back = (-side[0], -side[1])
                    if back in SIDES[character]:
                        todo.append(there)
                        continue
                    assert grid[here] == "●", f"a wire ends at {there}, at the side of another"
                elif character == BODY:
                    found.append((_of_body(grid, tokens, there), there[1] * 3))
                elif there in tokens:
                    height = 3 * tokens[there].y + side[1] * -1
                    found.append((tokens[there], height))
                elif character == " " and (there[0] + side[0], there[1]) in tokens and not side[1]:
                    found.append((tokens[there[0] + side[0], there[1]], 3 * there[1]))
                else:
                    assert grid[here] == "●", f"a wire ends in nothing at {there}"
        nets.append(net)
        ends.append(found)
    return Taken(tokens, nets, ends, crossings)


def _spread(line: str) -> list[str]:
    """A line with one entry for each cell of the terminal."""
    return [part for character in line for part in (character, *[""] * (cells(character) - 1))]


def _tokens(row: list[str], y: int) -> Iterator[Token]:
    """Texts end at a wire or at two spaces."""
    x = 0
    while x < len(row):
        if row[x] == " " or row[x] in SIDES or row[x] == BODY:
            x += 1
            continue
        end = x
        while end < len(row) and row[end] not in SIDES and row[end] != BODY:
            if row[end] == " " and (
                end + 1 == len(row) or row[end + 1] == " " or row[end + 1] in SIDES
            ):
                break
            end += 1
        yield Token("".join(row[x:end]), x, y)
        x = end


def _of_body(grid: dict[Spot, str], tokens: dict[Spot, Token], spot: Spot) -> Token:
    """The sign in a high gate."""
    for step in (-1, 1):
        x, y = spot
        while grid.get((x, y)) == BODY:
            y += step
        if (x, y) in tokens:
            return tokens[x, y]
    raise AssertionError(f"a gate without a sign at {spot}")
