"""Which terms of a program are the same formula, and which of them begin with a minus."""

from collections.abc import Container, Hashable

from backprop_cli.gates.table import GATES
from backprop_cli.language.syntax import Expression, Term

Key = tuple[str, float | str]
"""What a term is without its arguments: its operator, and the number or the name."""

COMMUTE = ("+", "*")
_FLIPPED = {"+": "-", "-": "+"}
_GATES = {alias: gate.name for gate in GATES for alias in gate.aliases}


def shape_of(
    expression: Expression, term: Term, bound: Container[str]
) -> tuple[Key, tuple[int, ...]]:
    """A term in one spelling: σ is sigmoid, norm(x) is ||x||, e^x is exp(x) unless e is `bound`."""
    op, args = term.op, term.args
    if op == "call":
        name = str(term.payload)
        return ("norm", "") if name == "norm" else (op, _GATES.get(name, name)), args
    if op == "^":
        base = expression.terms[args[0]]
        if base.op == "name" and base.payload == "e" and "e" not in bound:
            return ("call", "exp"), args[1:]
    return (op, term.payload), args


class Sameness:
    """A number for each term: two terms have the same if they are the same formula."""

    def __init__(self, expression: Expression, bound: Container[str]) -> None:
        self.expression = expression
        self.keys: list[tuple[Key, tuple[int, ...]]] = []
        self.classes: list[int] = []
        self.negated: dict[int, int] = {}
        """Term that begins with a minus -> the number of the same without it."""
        self.steps: dict[str, int] = {}
        """Name of a step -> its term, unless it is only another name for a value."""
        self._numbers: dict[Hashable, int] = {}
        position = 0
        for statement in expression.statements:
            for place in range(position, statement.term + 1):
                self._enter(place, bound)
            position = statement.term + 1
            last = expression.terms[statement.term]
            if statement.name is not None and last.op not in ("name", "number"):
                self.steps[statement.name] = statement.term

    def _enter(self, place: int, bound: Container[str]) -> None:
        term = self.expression.terms[place]
        key, args = shape_of(self.expression, term, bound)
        self.keys.append((key, args))
        step = self.steps.get(str(term.payload)) if term.op == "name" else None
        inside = tuple([self.classes[arg] for arg in args])
        self.classes.append(self._number(key, inside) if step is None else self.classes[step])
        without = self._without_minus(key, args, inside)
        if without is not None:
            self.negated[place] = without

    def _number(self, key: Key, inside: tuple[int, ...]) -> int:
        if key[0] in COMMUTE:
            inside = tuple(sorted(inside))
        # 0 and -0 are equal to Python, and not to 1/x.
        return self._numbers.setdefault((key[0], str(key[1]), inside), len(self._numbers))

    def _without_minus(
        self, key: Key, args: tuple[int, ...], inside: tuple[int, ...]
    ) -> int | None:
        """The number of -x, of -w*x, of -w*x - b, with all signs turned."""
        op = key[0]
        if op == "neg":
            return inside[0]
        if op == "number" and float(key[1]) < 0:
            return self._number((op, -float(key[1])), ())
        if op in "+-*/@" and args[0] in self.negated:
            return self._number((_FLIPPED.get(op, op), ""), (self.negated[args[0]], *inside[1:]))
        return None


def turned(op: str) -> str:
    """The operator between two terms of which the first has had its minus taken away."""
    return _FLIPPED.get(op, op)
