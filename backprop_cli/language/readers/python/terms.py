"""The terms of a program that is being read, and the names of its steps."""

from backprop_cli.language.readers.python.source import Source
from backprop_cli.language.syntax import Expression, Statement, Term

MAX_TERMS = 20_000
"""Terms of the largest program, with its loops written out."""


class Known(float):
    """A whole number that is known while the program is read, such as an index of a loop."""


class NamedTerms:
    """Terms in the order of computation, and the steps that have a name.

    A name that is assigned again gets a number for each time: d₁, d₂.
    """

    def __init__(self, source: Source) -> None:
        """Begin with no terms."""
        self.source = source
        self.terms: list[Term] = []
        self._steps: list[tuple[str, int, int, int, int]] = []
        self._versions: dict[str, int] = {}
        self._inputs: dict[str, None] = {}
        self._result: tuple[int, int, int] | None = None

    def add(
        self, op: str, args: tuple[int, ...], payload: float | str, span: tuple[int, int]
    ) -> int:
        """One more term; its place."""
        self.terms.append(Term(op, args, payload, *span, span[0]))
        return len(self.terms) - 1

    def assign(self, name: str, term: int, span: tuple[int, int]) -> str:
        """Name a term; the mark by which later terms refer to it."""
        self._versions[name] = version = self._versions.get(name, 0) + 1
        self._steps.append((name, version, term, *span))
        return f"{name}\0{version}"

    def input(self, name: str) -> str:
        """The mark by which terms refer to an input."""
        self._inputs[name] = None
        return name

    def finish(self, term: int, span: tuple[int, int]) -> None:
        """Make a term the result of the program."""
        self._result = (term, *span)

    def expression(self) -> Expression:
        """The program as an expression."""
        spelt = self._spelt()
        terms = tuple(
            term._replace(payload=spelt.get(term.payload, term.payload))
            if term.op == "name" and isinstance(term.payload, str)
            else term
            for term in self.terms
        )
        statements = [
            Statement(spelt[f"{name}\0{version}"], term, start, end)
            for name, version, term, start, end in self._steps
        ]
        if self._result is not None:
            statements.append(Statement(None, *self._result))
        return Expression(self.source.text, terms, tuple(statements), broadcasts=True)

    @property
    def renamed(self) -> dict[str, list[str]]:
        """Names that were assigned more than once -> what their values are called."""
        spelt = self._spelt()
        return {
            name: [spelt[f"{name}\0{n}"] for n in range(1, count + 1)]
            for name, count in self._versions.items()
            if count > 1 or name in self._inputs
        }

    def _spelt(self) -> dict[str, str]:
        taken = {*self._inputs, *self._versions}
        names: dict[str, str] = {}
        for name, count in self._versions.items():
            if count == 1 and name not in self._inputs:
                names[f"{name}\0{1}"] = name
                continue
            for number in range(1, count + 1):
                spelt = f"{name}{number}"
                while spelt in taken:
                    spelt = (
                        f"{spelt.rstrip('0123456789')}_{number}"
                        if "_" not in spelt
                        else f"{spelt}_"
                    )
                taken.add(spelt)
                names[f"{name}\0{number}"] = spelt
        return names
