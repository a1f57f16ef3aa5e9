"""Drive a table of an LALR grammar: the textbook's automaton, with two moves, shift and reduce.

It has no recursion and spends the same time on each token, so a million of them, or a
hundred thousand nested parentheses, are no special case.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Tables(NamedTuple):
    """What Lark derived from a grammar.

    A terminal is known by its position in `terminals`, from 1; 0 is the end of the text, and
    the non-terminals have the numbers after those of the terminals.
    """

    terminals: tuple[str, ...]
    patterns: tuple[str, ...]
    """Of each terminal, the regular expression; the first that fits wins."""
    rules: tuple[tuple[int, int, str | None], ...]
    """(non-terminal, how many symbols it takes, the action that joins them or None)."""
    states: tuple[dict[int, int], ...]
    """For each state: symbol -> the state to go to, or ~rule to reduce by."""
    start: int
    """The state before the first token."""
    end: int
    """The state after the last."""


class UnexpectedToken(Exception):
    """No move is left at a token.

    Attributes:
        position: the number of the token; one past the last where more was needed.
        expected: the terminals that have a move there, as Lark's exceptions have them.
    """

    def __init__(self, position: int, expected: tuple[str, ...]) -> None:
        super().__init__(position, expected)
        self.position = position
        self.expected = expected


def drive(tables: Tables, kinds: Sequence[int], actions: object) -> Any:
    """What the actions made of the tokens of these kinds.

    Args:
        tables: the grammar.
        kinds: the kind of each token, by the position of its terminal from 1.
        actions: has a method for each action of the grammar; it gets the list of its
            children, where a token is its position, and returns what stands for them.

    Raises:
        UnexpectedToken: if the grammar has no such text.
    """
    rules, states, end = tables.rules, tables.states, tables.end
    joins: list[Callable[[list[Any]], Any] | None]
    joins = [getattr(actions, action) if action else None for _, _, action in rules]
    stack = [tables.start]
    values: list[Any] = []
    row = states[tables.start]
    for position, kind in enumerate([*kinds, 0]):
        while True:
            move = row.get(kind)
            if move is None:
                raise UnexpectedToken(position, _terminals(tables, row))
            if move >= 0:
                stack.append(move)
                values.append(position)
                row = states[move]
                break
            origin, size, _ = rules[~move]
            join = joins[~move]
            if size == 1:
                if join:
                    values[-1] = join(values[-1:])
                stack.pop()
            else:
                children = values[-size:]
                del values[-size:], stack[-size:]
                values.append(join(children) if join else children[0])
            state = states[stack[-1]][origin]
            stack.append(state)
            if kind == 0 and state == end:
                return values[-1]
            row = states[state]
    raise AssertionError("the table ends every text")


def _terminals(tables: Tables, row: dict[int, int]) -> tuple[str, ...]:
    return tuple(name for kind, name in enumerate(tables.terminals, 1) if kind in row)
