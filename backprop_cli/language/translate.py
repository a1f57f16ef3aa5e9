"""Translate a rule into another language: one walk over its terms, and a target for each language.

A target says for every kind of term what it becomes, given what its arguments became. Whoever
adds a kind of term to the language adds a method here, and the type checker names each target
that has none.
"""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from backprop_cli.language.syntax import Expression, Term

T = TypeVar("T")
"""What a term becomes: text, with what one must know to put it into a larger text."""


class Target(ABC, Generic[T]):
    """A language into which rules are translated."""

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
    def indexed(self, term: Term, whole: T, position: T) -> T:
        """a[p], or 1[condition]."""

    @abstractmethod
    def norm(self, value: T) -> T:
        """||a||."""

    @abstractmethod
    def listed(self, value: T) -> T:
        """[all]: the inputs of a variadic gate as one array."""

    @abstractmethod
    def called(self, term: Term, args: list[T]) -> T:
        """A function of the gate table: exp(a), where(c, a, b), sum(a)."""

    def translate(self, rule: Expression) -> T:
        """What the last statement of a rule becomes."""
        parts: list[T] = []
        for term in rule.terms:
            parts.append(self._part(term, [parts[arg] for arg in term.args]))
        return parts[rule.statements[-1].term]

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
            case "norm":
                return self.norm(*args)
            case "list":
                return self.listed(*args)
            case _:
                return self.called(term, args)
