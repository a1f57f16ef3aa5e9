"""Find forms in a program: a term fits a piece of a form if its arguments fit the piece's own."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from backprop_cli.graph.rewriting.patterns import HOLE, read
from backprop_cli.graph.rewriting.value_numbering import COMMUTE, Key, Sameness, shape_of
from backprop_cli.language.syntax import Expression

ANY = -1
"""The piece that every term fits: `u`."""
NEGATIVE = -2
"""The piece that every term with a minus before it fits: `-u`."""


class Hole(NamedTuple):
    """What stands for `u`: a term, or a term without the minus with which it begins."""

    place: int
    negated: bool = False


class Fit(NamedTuple):
    """A term that fits a piece."""

    piece: int
    hole: Hole | None
    """What stands for `u` in it; None for a piece without."""
    through: tuple[int, ...]
    """Where a name of a step was read as what the step computes."""


class Found(NamedTuple):
    """A term that fits a whole form."""

    place: int
    text: str
    """The form that it fits."""
    hole: Hole
    through: tuple[int, ...]


class Pieces:
    """Forms cut into pieces, each piece once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.by_key: dict[Key, list[tuple[int, tuple[int, ...]]]] = {}
        self.wholes: dict[int, str] = {}
        self._ids: dict[tuple[Key, tuple[int, ...]], int] = {}
        for text in texts:
            self.wholes.setdefault(self._cut(read(text)), text)

    def _cut(self, form: Expression) -> int:
        pieces: list[int] = []
        for term in form.terms:
            key, args = shape_of(form, term, ())
            inside = tuple([pieces[arg] for arg in args])
            pieces.append(ANY if key == ("name", HOLE) else self._piece(key, inside))
        return pieces[-1]

    def _piece(self, key: Key, inside: tuple[int, ...]) -> int:
        if key[0] == "neg" and inside == (ANY,):
            return NEGATIVE
        piece = self._ids.get((key, inside))
        if piece is None:
            piece = self._ids[key, inside] = len(self._ids)
            self.by_key.setdefault(key, []).append((piece, inside))
        return piece


def matches(same: Sameness, pieces: Pieces) -> Iterator[Found]:
    """Every term that fits a whole form, in order of computation.

    A term is asked once about each piece with its operator, so a program takes as long as
    it has terms.
    """
    fits: dict[int, dict[int, Fit]] = {}
    for place, (key, args) in enumerate(same.keys):
        found: dict[int, Fit] = {}
        for piece, inside in pieces.by_key.get(key, ()):
            fit = _fit(same, fits, piece, args, inside)
            if fit is None and key[0] in COMMUTE:
                fit = _fit(same, fits, piece, args[::-1], inside)
            if fit is not None:
                found[piece] = fit
        if place in same.negated:
            found[NEGATIVE] = Fit(NEGATIVE, Hole(place, True), ())
        # The first form that was asked for; one without `u` is a number, and no form.
        whole = next((found[p] for p in pieces.wholes if p in found), None) if found else None
        if whole is not None and whole.hole is not None:
            yield Found(place, pieces.wholes[whole.piece], whole.hole, whole.through)
        step = same.steps.get(str(key[1])) if key[0] == "name" else None
        if step in fits:
            found = {
                piece: fit._replace(through=(*fit.through, place))
                for piece, fit in fits[step].items()
            }
        if found:
            fits[place] = found


def _fit(
    same: Sameness,
    fits: Mapping[int, Mapping[int, Fit]],
    piece: int,
    args: tuple[int, ...],
    inside: tuple[int, ...],
) -> Fit | None:
    """How a term fits a piece, if its arguments fit the piece's own in this order."""
    hole: Hole | None = None
    through: tuple[int, ...] = ()
    if len(args) != len(inside):
        return None
    for arg, part in zip(args, inside, strict=True):
        if part == ANY:
            other: Hole | None = Hole(arg)
        else:
            fit = fits[arg].get(part) if arg in fits else None
            if fit is None:
                return None
            other = fit.hole
            through += fit.through
        if hole is None or other is None:
            hole = hole or other
        elif _class(same, hole) != _class(same, other):
            return None
        else:
            hole = min(hole, other)
    return Fit(piece, hole, tuple(dict.fromkeys(through)) if through else ())


def _class(same: Sameness, hole: Hole) -> int:
    return same.negated[hole.place] if hole.negated else same.classes[hole.place]
