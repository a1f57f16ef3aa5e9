"""Drive a table of an LALR grammar: the textbook's automaton, with two moves, shift and reduce.

It has no recursion and spends the same time on each token, so a million of them, or a
hundred thousand nested parentheses, are no special case.
"""

from collections.abc import Callable, Sequence
from typing import Any

Rules = Sequence[tuple[int, int, str | None]]
"""(non-terminal, how many symbols it takes, the action that joins them or None)."""

States = Sequence[dict[int, int]]
"""For each state: symbol -> the state to go to, or ~rule to reduce by."""


class Stuck(Exception):
    """No move is left at a token.

    Attributes:
        position: the number of the token; one past the last where more was needed.
    """

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


def drive(
    rules: Rules, states: States, start: int, end: int, kinds: Sequence[int], actions: object
) -> Any:
    """What the actions made of the tokens of these kinds.

    Args:
        rules: what each complete rule takes, and the action that joins it.
        states: the moves of each state.
        start: the state before the first token.
        end: the state after the last.
        kinds: the kind of each token.
        actions: has a method for each action of the grammar; it gets the list of its
            children, where a token is its position, and returns what stands for them.

    Raises:
        Stuck: if the grammar has no such text.
    """
    joins: list[Callable[[list[Any]], Any] | None]
    joins = [getattr(actions, action) if action else None for _, _, action in rules]
    stack = [start]
    values: list[Any] = []
    row = states[start]
    for position, kind in enumerate([*kinds, 0]):
        while True:
            move = row.get(kind)
            if move is None:
                raise Stuck(position)
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
