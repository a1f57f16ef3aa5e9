"""Translate an expression: one walk over its terms, and a target for each language.

A target says for every kind of term what it becomes, given what its arguments became. Whoever
adds a kind of term to the language adds a method here, and the type checker names each target
that has none.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from backprop_cli.errors import BackpropError
from backprop_cli.language.syntax import Expression, Term

T = TypeVar("T")
"""What a term becomes: text, with what one must know to put it into a larger text."""


class Target(ABC, Generic[T]):
    """A language into which expressions are translated."""

    @abstractmethod
    def number(self, value: float) -> T:
        """A number as typed."""

    @abstractmethod
    def name(self, term: Term) -> T:
        """An input of the gate, `g`, `out`, or a constant."""

    @abstractmethod
    def negative(self, value: T) -> T:
        """-a."""

    @abstractmethod
    def arithmetic(self, sign: str, left: T, right: T) -> T:
        """A sum, difference, product or quotient, element by element."""

    @abstractmethod
    def power(self, base: T, exponent: T) -> T:
        """a^b."""

    @abstractmethod
    def matmul(self, left: T, right: T) -> T:
        """The product of matrices, a @ b."""

    @abstractmethod
    def transposed(self, value: T) -> T:
        """a.T."""

    @abstractmethod
    def compared(self, sign: str, left: T, right: T) -> T:
        """A comparison: 1 where it holds, 0 elsewhere."""

    @abstractmethod
    def indexed(self, term: Term, whole: T, *position: T) -> T:
        """a[p], W[0,1], or 1[condition]."""

    @abstractmethod
    def sliced(self, term: Term, *bounds: T) -> T:
        """1:3; a bound that is left out is nan."""

    @abstractmethod
    def norm(self, value: T) -> T:
        """||a||."""

    @abstractmethod
    def listed(self, *values: T) -> T:
        """[a, b]; in a rule [all], the inputs of a variadic gate as one array."""

    @abstractmethod
    def keyword(self, term: Term, value: T) -> T:
        """axis=1."""

    @abstractmethod
    def called(self, term: Term, args: list[T]) -> T:
        """A function of the gate table: exp(a), where(c, a, b), sum(a)."""

    def translate(self, expression: Expression, root: int | None = None) -> T:
        """What a term becomes, by default the last statement's."""
        top = expression.statements[-1].term if root is None else root
        return self.translated(expression, below(expression, top))[top]

    def translated(self, expression: Expression, places: Iterable[int]) -> Mapping[int, T]:
        """What each of these terms becomes; arguments stand before what is made of them."""
        found: dict[int, T] = {}
        for place in places:
            term = expression.terms[place]
            found[place] = self._part(term, [found[arg] for arg in term.args])
        return found

    def _part(self, term: Term, args: list[T]) -> T:
        match term.op:
            case "number":
                return self.number(float(term.payload))
            case "name":
                return self.name(term)
            case "neg":
                return self.negative(*args)
            case "+" | "-" | "*" | "/":
                return self.arithmetic(term.op, *args)
            case "^":
                return self.power(*args)
            case "@":
                return self.matmul(*args)
            case ".T":
                return self.transposed(*args)
            case "compare":
                return self.compared(str(term.payload), *args)
            case "index":
                return self.indexed(term, *args)
            case "slice":
                return self.sliced(term, *args)
            case "norm":
                return self.norm(*args)
            case "list":
                return self.listed(*args)
            case "keyword":
                return self.keyword(term, *args)
            case _:
                return self.called(term, args)


class RuleTarget(Target[T]):
    """A language into which rules are translated: they choose no elements, and name no axis."""

    def sliced(self, term: Term, *bounds: T) -> T:
        """No rule has a slice."""
        raise BackpropError("a rule has no slices")

    def keyword(self, term: Term, value: T) -> T:
        """The gate knows its axis."""
        raise BackpropError(f"a rule does not say '{term.payload}='")


def below(expression: Expression, root: int) -> list[int]:
    """A term and all of which it is made, in the order of computation."""
    found, waiting = {root}, [root]
    while waiting:
        for arg in expression.terms[waiting.pop()].args:
            if arg not in found:
                found.add(arg)
                waiting.append(arg)
    return sorted(found)
