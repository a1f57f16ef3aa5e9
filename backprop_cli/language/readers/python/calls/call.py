"""A call that is being read, with its arguments by position and by name."""

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from backprop_cli.language.readers.python.vocabulary import IGNORED_WORDS

if TYPE_CHECKING:
    from backprop_cli.language.readers.python.values import Values


class Call(NamedTuple):
    """A call that is being read."""

    values: "Values"
    node: ast.Call
    name: str
    """The function in the language of formulas."""
    args: list[ast.expr]
    """Its arguments by position, the owner of a method being the first."""
    keywords: Mapping[str, ast.expr]
    library: str
    """The module that it is called from, its first name; empty where there is none."""

    def term(self, name: str, *args: int) -> int:
        """A function or an operator of terms, which stands where the call stands."""
        return self.values.call(name, args, self.node)

    def keyword(self, word: str, value: float) -> int:
        """An argument that has a name."""
        number = self.values.number(value, self.node)
        return self.values.add("keyword", (number,), word, self.node)

    def value(self, place: int) -> int:
        """The term of an argument."""
        if place >= len(self.args):
            raise self.values.fail(self.node, f"{self.name} is called without a value")
        return self.values.value(self.args[place])

    def option(self, word: str, place: int) -> ast.expr | None:
        """An argument that may be given by its name or by its position."""
        return self.keywords.get(word, self.args[place] if place < len(self.args) else None)

    def known(self, *words: str) -> None:
        """See that no other argument has a name.

        Raises:
            BackpropError: if one has: to leave it out would be silent.
        """
        other = next((word for word in self.keywords if word not in (*words, *IGNORED_WORDS)), None)
        if other is not None:
            where = self.keywords[other]
            raise self.values.fail(where, f"the argument {other}= cannot be read here")

    def axis(self, place: int) -> float | None:
        """The axis that is given; None where none is."""
        given = self.option("axis", place) or self.keywords.get("dim")
        axis = None if given is None else self.values.known(given)
        if given is not None and axis is None:
            raise self.values.fail(given, "an axis must be a known number")
        return axis
