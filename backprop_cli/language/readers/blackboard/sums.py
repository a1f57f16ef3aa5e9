"""Σ_i w_i x_i, Π_i x_i and max_i x_i: over whole arrays, or written out over the elements."""

import re
from collections.abc import Iterator, Mapping, Sequence

from backprop_cli.errors import BackpropError
from backprop_cli.language.counts import Counts
from backprop_cli.language.readers.blackboard.index_ranges import (
    body_end,
    index_range,
    is_count,
    one_index_each,
)
from backprop_cli.language.readers.blackboard.names import Names
from backprop_cli.language.readers.blackboard.scan import Sign, scan

Shape = tuple[int, ...]

MAX_TERMS = 100
"""Summands of a sum that is written out."""
MAX_SIGNS = 5_000
"""Signs of all of them: sums within sums double with each."""


def with_sums(
    signs: Sequence[Sign],
    names: Names,
    shapes: Mapping[str, Shape],
    source: str,
    counts: Counts,
) -> list[Sign]:
    """The signs without Σ and Π; inner sums come first.

    Raises:
        BackpropError: where the index, its bounds or its elements cannot be known.
    """
    found = one_index_each(signs)
    for place in reversed(range(len(found))):
        if found[place].kind == "SUM":
            found[place:] = _Sum(found[place:], names, shapes, source, counts).written()
    return found


_CALLED = {"Σ": "sum", "∑": "sum", "Π": "prod", "∏": "prod"}
"""Sign -> the function that goes through all elements."""

_JOINED = {"sum": ("PLUS", "+"), "prod": ("TIMES", "*")}
"""Function -> what stands between its parts, written out; others are called with them."""


class _Sum:
    """One sum: its sign, its range, its body, and what comes after it."""

    def __init__(
        self,
        signs: list[Sign],
        names: Names,
        shapes: Mapping[str, Shape],
        source: str,
        counts: Counts,
    ) -> None:
        self.sign, self.names, self.shapes, self.source = signs[0], names, shapes, source
        self.counts = counts
        self.name = _CALLED.get(self.sign.text, self.sign.text)
        try:
            self.range, place = index_range(signs, counts)
        except ValueError:
            self._fail("this range is not understood", "write Σ_i, Σ_{i=1}^{3} or Σ_{j≠k}")
        end = body_end(signs, place)
        while end < len(signs) and self._goes_on(signs[end : body_end(signs, end + 1)]):
            end = body_end(signs, end + 1)
        self.body, self.rest = signs[place:end], signs[end:]
        if not self.body:
            self._fail("what is summed is missing")

    def _goes_on(self, signs: Sequence[Sign]) -> bool:
        """Whether what comes after a plus has the index too: Σ_i x_i + y_i is of both."""
        is_added = bool(signs) and signs[0].kind in ("PLUS", "MINUS") and self.range is not None
        return is_added and any(self._indexed(sign) for sign in signs)

    def _fail(self, what: str, hint: str | None = None) -> None:
        raise BackpropError(what, self.source, (self.sign.start, self.sign.end), hint)

    # The body

    def written(self) -> list[Sign]:
        """The sum in the language of formulas."""
        if self.range is None:
            return [*self._called([*self.body]), *self.rest]
        uses = [place for place, sign in enumerate(self.body) if self._indexed(sign)]
        if not uses:
            self._fail(f"nothing here has the index {self.range.letter}")
        if self.name != "sum":
            self._check_reach()
        if self._is_whole(uses):
            plain = [self._plain(sign) for sign in self.body]
            return [*self._called(_elementwise(plain, self.source)), *self.rest]
        return [*self._terms(), *self.rest]

    def _check_reach(self) -> None:
        """See that it is clear how far a product reaches: in Π_i x_i y, y may be in it or not."""
        depth = 0
        for place, sign in enumerate(self.body):
            depth += sign.kind.startswith("OPEN") - sign.kind.startswith("CLOSE")
            is_power = place > 0 and self.body[place - 1].kind == "POWER"
            loose = sign.kind in ("NAME", "NUMBER") and not is_power and not self._indexed(sign)
            if depth == 0 and loose:
                index = self.range.letter if self.range else "i"
                typed = self.sign.text
                what = f"{sign.text} may belong to each element, or to the whole {self.name}"
                self._fail(
                    what,
                    f"write {typed}_{index} (…) with brackets, or {sign.text}*({typed}_{index} …)",
                )

    def _called(self, body: list[Sign]) -> list[Sign]:
        opening = self.sign.as_("OPEN_PAREN", "(")
        closing = Sign("CLOSE_PAREN", ")", self.body[-1].end, self.body[-1].end)
        return [self.sign.as_("CALL", self.name), opening, *body, closing]

    def _indexed(self, sign: Sign) -> tuple[str, str] | None:
        """The array and the indices of a name such as w_ij, where one of them is ours."""
        assert self.range is not None
        if sign.kind == "LOWERED" and sign.text == f"_{self.range.letter}":
            return "", self.range.letter
        if sign.kind != "NAME" or "_" not in sign.text:
            return None
        base, _, indices = sign.text.rpartition("_")
        if self.names.is_variable(base) and self.range.letter in indices:
            return self.names.variable(base), indices
        return None

    def _is_whole(self, uses: Sequence[int]) -> bool:
        """Whether the sum is one over all elements of vectors of one length, and numbers."""
        assert self.range is not None
        index = self.range.letter
        found = [self._indexed(self.body[place]) for place in uses]
        if (
            self.range.skipped
            or self.range.fewer
            or any(one is None or one[1] != index or not one[0] for one in found)
        ):
            return False
        arrays = {one[0] for one in found if one}
        known = [self.shapes[name] for name in arrays if name in self.shapes]
        if any(len(shape) != 1 for shape in known) or len(set(known)) > 1:
            return False
        if self.range.last is not None:
            count = self.range.last - (1 if self.range.first is None else self.range.first) + 1
            if not known or known[0] != (count,):
                return False
        others = [sign for p, sign in enumerate(self.body) if sign.kind == "NAME" and p not in uses]
        return all(self.shapes.get(sign.text, (0,)) == () for sign in others)

    def _plain(self, sign: Sign) -> Sign:
        found = self._indexed(sign)
        return sign.as_("NAME", found[0]) if found else sign

    # Written out

    def _terms(self) -> list[Sign]:
        assert self.range is not None
        numbers = list(self._numbers())
        if len(numbers) * len(self.body) > MAX_SIGNS:
            self._fail("this sum is too long to be written out")
        terms = [
            [piece for sign in self.body for piece in self._at(sign, number)] for number in numbers
        ]
        if not terms:
            self._fail("this sum has no terms")
        is_called = self.name not in _JOINED
        found = [self.sign.as_("CALL", self.name)] if is_called else []
        found.append(self.sign.as_("OPEN_PAREN", "("))
        for place, term in enumerate(terms):
            if place:
                found.append(self.sign.as_(*_JOINED.get(self.name, ("COMMA", ","))))
            found += [self.sign.as_("OPEN_PAREN", "("), *term, self.sign.as_("CLOSE_PAREN", ")")]
        return [*found, self.sign.as_("CLOSE_PAREN", ")")]

    def _numbers(self) -> Iterator[int]:
        """The places in an array, counted from 0, over which is summed."""
        assert self.range is not None
        first = self.range.first
        length = self._length()
        low = 0 if first in (None, 0, 1) else (first or 0) - 1
        last = self.range.last
        high = length if last is None else last + (1 if first == 0 else 0)
        if last is None and high is not None and self.range.fewer:
            # From 0 to n - 1 are all.
            high -= self.range.fewer - (1 if first == 0 else 0)
        if high is None:
            self._fail(
                f"it is not known how far the index {self.range.letter} goes",
                f"write its bounds, Σ_{{{self.range.letter}=1}}^{{3}}",
            )
            return
        if length is not None and high > length:
            self._fail(f"the index goes to {high}, and there are {length} elements")
        if high - low > MAX_TERMS:
            self._fail(f"a sum of more than {MAX_TERMS} terms is not written out")
        skipped = self.range.skipped
        # Where the index is written with a number, it counts as the formula does: from 1.
        left_out = int(skipped) - 1 if is_count(skipped) else self.counts.get(skipped)
        if skipped and left_out is None:
            self._fail(
                f"the index {self.range.letter} is to differ from {skipped}, which has no value",
                f"give {skipped} a value, a whole number counted from 0",
            )
        yield from (number for number in range(low, high) if number != left_out)

    def _length(self) -> int | None:
        """How many values the index takes, as the shapes of what it stands at say."""
        assert self.range is not None
        for sign in self.body:
            found = self._indexed(sign)
            if found and found[0] in self.shapes:
                shape, place = self.shapes[found[0]], found[1].index(self.range.letter)
                if place < len(shape):
                    return shape[place]
        return None

    def _at(self, sign: Sign, number: int) -> list[Sign]:
        """A sign of the body, with the index at one number; brackets once all are known."""
        found = self._indexed(sign)
        if found is None:
            return [sign]
        assert self.range is not None
        name, indices = found
        indices = indices.replace(self.range.letter, chr(_FIRST + number))
        if any(ord(index) < _FIRST and index.isalpha() for index in indices):
            return [sign.as_("NAME", f"{name}_{indices}")]
        parts = re.findall(r"(\D)([+-]\d+)?", indices)
        places = [ord(letter) - _FIRST + int(offset or 0) for letter, offset in parts]
        if min(places) < 0:
            self._fail(f"the index of {name} goes below its first element")
        pieces = scan(f"[{','.join(map(str, places))}]")
        # What stands below a bracket, (Xw)_i, chooses an element of what is in it.
        array = [sign.as_("NAME", name)] if name else []
        return [*array, *(sign.as_(p.kind, p.text) for p in pieces)]


_FIRST = 0xE000
"""A private letter for each number in the place of an index, while others are not known."""


def _elementwise(signs: Sequence[Sign], source: str) -> list[Sign]:
    """Products of elements are products element by element of the arrays."""
    from backprop_cli.language.readers.blackboard.factors import with_products

    found = with_products(signs, source)
    return [sign.as_("TIMES", "*") if sign.kind in ("IMPLIED", "DOT") else sign for sign in found]
