"""What the engine runs, as trees for a browser: the same operations, in another dialect.

A page may neither compile text nor should it know our rules a second time, so each expression
comes to it as a tree, which it walks: `["*", "g", "b"]` for g * b. A tree is a number, a name, or
a list of an operation and trees.
"""

from backprop_cli.gates.dialect import Source

Tree = Source

_OPERATIONS = {"^": "power"}
"""What the page calls otherwise."""

_PLAIN = ("number", "each")
"""What the page needs no word for: it tells numbers from arrays itself."""

LACKING = frozenset(("inv", "det", "logdet", "cofactors"))
"""Functions that the page does not have."""


class Page:
    """The operations of `gates.dialect`, as trees."""

    def number(self, value: float) -> Tree:
        """A number."""
        return value

    def operation(self, name: str, *args: Tree) -> Tree:
        """A list of the operation and what it is applied to."""
        return args[0] if name in _PLAIN else [_OPERATIONS.get(name, name), *args]

    def call(self, library: str, function: str, *args: Tree) -> Tree:
        """A function, whatever it works on: `exp`, or `sum along` an axis."""
        is_along = library == "along" or (library, function) == ("numpy", "sum")
        return [f"{function} along" if is_along else function, *args]


PAGE = Page()
