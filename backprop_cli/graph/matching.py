"""Find forms in a program: a term fits a piece of a form if its arguments fit the piece's own."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backprop_cli.graph.forms import HOLE, read
from backprop_cli.graph.sameness import COMMUTE, Key, Sameness, shape_of
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
    fits: dict[int, list[Fit]] = {}
    for place, (key, args) in enumerate(same.keys):
        found = [
            Fit(piece, *fit)
            for piece, inside in pieces.by_key.get(key, ())
            for fit in _fit(same, fits, key, args, inside)
        ]
        if place in same.negated:
            found.append(Fit(NEGATIVE, Hole(place, True), ()))
        whole = [fit for fit in found if fit.piece in pieces.wholes and fit.hole is not None]
        if whole:
            first = min(whole, key=lambda fit: fit.piece)
            assert first.hole is not None
            yield Found(place, pieces.wholes[first.piece], first.hole, first.through)
        step = same.steps.get(str(key[1])) if key[0] == "name" else None
        if step in fits:
            found += [fit._replace(through=(*fit.through, place)) for fit in fits[step]]
        if found:
            fits[place] = found


def _fit(
    same: Sameness,
    fits: dict[int, list[Fit]],
    key: Key,
    args: tuple[int, ...],
    inside: tuple[int, ...],
) -> Iterator[tuple[Hole | None, tuple[int, ...]]]:
    """What stands for `u`, and through which names, if the arguments fit; at most once."""
    if len(args) != len(inside):
        return
    orders = (args, args[::-1]) if key[0] in COMMUTE else (args,)
    for order in orders:
        parts = [_part(fits, arg, piece) for arg, piece in zip(order, inside, strict=True)]
        whole = [part for part in parts if part is not None]
        if len(whole) < len(parts):
            continue
        holes = [part.hole for part in whole if part.hole is not None]
        if len({_class(same, hole) for hole in holes}) < 2:
            names = tuple(dict.fromkeys(name for part in whole for name in part.through))
            yield (min(holes) if holes else None), names
            return


def _part(fits: dict[int, list[Fit]], place: int, piece: int) -> Fit | None:
    if piece == ANY:
        return Fit(ANY, Hole(place), ())
    return next((fit for fit in fits.get(place, ()) if fit.piece == piece), None)


def _class(same: Sameness, hole: Hole) -> int:
    return same.negated[hole.place] if hole.negated else same.classes[hole.place]
