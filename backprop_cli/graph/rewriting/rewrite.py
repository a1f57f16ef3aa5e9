"""Fold formulas into the gates that they are, sigmoid for 1/(1 + exp(-u)), or unfold gates.

A program goes in and a program comes out. What was not typed stands in it where the formula
stood that it takes the place of; a number that nobody typed stands nowhere.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from backprop_cli.graph.rewriting.matching import Found, Hole, Pieces, matches
from backprop_cli.graph.rewriting.patterns import BY_GATE, HOLE, GateForm, read
from backprop_cli.graph.rewriting.value_numbering import Sameness, turned
from backprop_cli.language.parser import collector_paused
from backprop_cli.language.syntax import Expression, Statement, Term

NOWHERE = -1


class Rewrite(NamedTuple):
    """One formula that is now another."""

    gate: str
    before: str
    """What it was, and what it is: texts with `u`."""
    after: str
    start: int
    end: int
    """It stands at `source[start:end]`."""
    steps: tuple[str, ...]
    """The steps that were its pieces, and are gone."""


class Kept(NamedTuple):
    """A formula that could be folded, were a piece of it not used elsewhere too."""

    gate: str
    before: str
    start: int
    end: int
    steps: tuple[str, ...]
    """The steps that are used elsewhere."""


class Rewritten(NamedTuple):
    """A program, and what was changed to come to it."""

    expression: Expression
    rewrites: tuple[Rewrite, ...]
    kept: tuple[Kept, ...]


def fold(
    expression: Expression, forms: Sequence[GateForm], bound: Collection[str] = ()
) -> Rewritten:
    """Write the gate wherever one of its formulas stands.

    A formula in named steps is folded where its steps are used nowhere else.

    Args:
        expression: a program that can be built.
        forms: what to look for.
        bound: names that have a value, so that `e` may be one of them.
    """
    texts = {text: (f.gate, f.folded) for f in forms for text in f.texts}
    with collector_paused():
        return _rewrite(expression, texts, bound)


def unfold(
    expression: Expression, forms: Sequence[GateForm], bound: Collection[str] = ()
) -> Rewritten:
    """Write the first formula of a gate wherever the gate stands; each must be one that unfolds."""
    # The norm in ||x||^2 is no gate: it is a piece of the L2 gate, which stays unless asked for.
    whole = {BY_GATE["L2"].folded: ("", BY_GATE["L2"].folded)}
    texts = whole | {f.folded: (f.gate, f.texts[0]) for f in forms}
    with collector_paused():
        return _rewrite(expression, texts, bound)


def _rewrite(
    expression: Expression, forms: Mapping[str, tuple[str, str]], bound: Collection[str]
) -> Rewritten:
    same = Sameness(expression, {*bound, *(s.name for s in expression.statements if s.name)})
    uses = _uses(expression)
    found: dict[int, Found] = {}
    kept = []
    for one in matches(same, Pieces(tuple(forms))):
        elsewhere = _used_elsewhere(expression, one, uses)
        if elsewhere:
            span = _span(expression.terms[one.place])
            kept.append(Kept(forms[one.text][0], one.text, *span, elsewhere))
        else:
            found[one.place] = one
    if not found:
        return Rewritten(expression, (), tuple(kept))
    alive, statements = _alive(expression, found, uses)
    there = [found[place] for place in sorted(alive & found.keys())]
    rewrites = [
        Rewrite(
            *(forms[one.text][0], one.text, forms[one.text][1]),
            *_span(expression.terms[one.place]),
            _names(expression, one.through),
        )
        for one in there
        if forms[one.text][0]
    ]
    writer = _Writer(expression, {one.place: (forms[one.text][1], one.hole) for one in there})
    return Rewritten(writer.program(statements), tuple(rewrites), tuple(kept))


def _span(term: Term) -> tuple[int, int]:
    return term.start, term.end


def _names(expression: Expression, places: Sequence[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(expression.terms[place].payload) for place in places))


def _uses(expression: Expression) -> dict[str, int]:
    """Name -> how often it is written."""
    uses: dict[str, int] = {}
    for term in expression.terms:
        if term.op == "name":
            uses[str(term.payload)] = uses.get(str(term.payload), 0) + 1
    return uses


def _used_elsewhere(expression: Expression, one: Found, uses: Mapping[str, int]) -> tuple[str, ...]:
    """The steps of a formula that something outside of it uses too."""
    here = [str(expression.terms[place].payload) for place in one.through]
    return tuple([name for name in dict.fromkeys(here) if uses[name] > here.count(name)])


def _alive(
    expression: Expression, found: dict[int, Found], uses: Mapping[str, int]
) -> tuple[set[int], list[Statement]]:
    """The terms that are still there, of what is rewritten the outermost, and the statements.

    A statement goes when all that used it has gone. From `found` goes what turned into another
    formula, since the minus with which it begins was taken away.
    """
    heads = {statement.term: statement for statement in expression.statements}
    last = expression.statements[-1].term
    needed: set[str] = set()
    alive: set[int] = set()
    turned_over: set[int] = set()
    statements = []
    for place in range(len(expression.terms) - 1, -1, -1):
        head = heads.get(place)
        if head and (place == last or head.name in needed or not uses.get(str(head.name))):
            statements.append(head)
            alive.add(place)
        if place not in alive:
            continue
        term = expression.terms[place]
        if place in turned_over:
            # Without its minus it is no longer what was found.
            found.pop(place, None)
            turned_over.update(term.args[:1] if term.op != "neg" else ())
        if place in found:
            hole = found[place].hole
            alive.add(hole.place)
            if hole.negated:
                turned_over.add(hole.place)
        elif term.op == "name":
            needed.add(str(term.payload))
        else:
            alive.update(term.args)
    return alive, statements[::-1]


class _Spot(NamedTuple):
    """A term that is to be written."""

    place: int
    negated: bool = False
    """Whether without the minus with which it begins."""
    form: str = ""
    """The form of which it is the term at `place`; empty for a term of the program."""
    hole: Hole = Hole(0)
    around: int = 0
    """The term that the form takes the place of."""


class _Writer:
    """Writes a program anew, with some of its terms in another form."""

    def __init__(self, expression: Expression, changed: Mapping[int, tuple[str, Hole]]) -> None:
        self.expression = expression
        self.changed = changed
        self.terms: list[Term] = []

    def program(self, statements: Sequence[Statement]) -> Expression:
        """The program of these statements."""
        written = [s._replace(term=self._write(s.term)) for s in statements]
        made = (tuple(self.terms), tuple(written), self.expression.by_element)
        return Expression(self.expression.source, *made)

    def _write(self, root: int) -> int:
        """Write a term after all that it is made of, and return its position."""
        places: list[int] = []
        todo: list[_Spot | tuple[Term, int]] = [_Spot(root)]
        while todo:
            spot = todo.pop()
            if isinstance(spot, _Spot):
                term, inside = self._opened(spot)
                todo.append((term, len(inside)))
                todo.extend(reversed(inside))
                continue
            term, count = spot
            args = tuple(places[len(places) - count :])
            del places[len(places) - count :]
            places.append(self._add(term._replace(args=args)))
        return places[0]

    def _add(self, term: Term) -> int:
        """Add a term; -2 is a number, as where it is typed."""
        if term.op == "neg" and self.terms[-1].op == "number":
            number = self.terms.pop()
            term = number._replace(payload=-float(number.payload), start=NOWHERE, end=NOWHERE)
        self.terms.append(term)
        return len(self.terms) - 1

    def _opened(self, spot: _Spot) -> tuple[Term, list[_Spot]]:
        """A term, and what it is made of."""
        while True:
            if spot.form:
                term = read(spot.form).terms[spot.place]
                if term.payload != HOLE:
                    return self._of_form(spot, term)
                spot = _Spot(*spot.hole)
            elif spot.place in self.changed and not spot.negated:
                form, hole = self.changed[spot.place]
                spot = _Spot(len(read(form).terms) - 1, False, form, hole, spot.place)
            else:
                term = self.expression.terms[spot.place]
                if not (spot.negated and term.op == "neg"):
                    return self._of_program(spot, term)
                spot = _Spot(term.args[0])

    def _of_form(self, spot: _Spot, term: Term) -> tuple[Term, list[_Spot]]:
        around = self.expression.terms[spot.around]
        span = (NOWHERE, NOWHERE) if term.op == "number" else _span(around)
        term = term._replace(start=span[0], end=span[1], at=around.at)
        return term, [spot._replace(place=arg) for arg in term.args]

    def _of_program(self, spot: _Spot, term: Term) -> tuple[Term, list[_Spot]]:
        inside = [_Spot(arg) for arg in term.args]
        if spot.negated and term.op == "number":
            term = term._replace(payload=-float(term.payload), start=NOWHERE, end=NOWHERE)
        elif spot.negated:
            term = term._replace(op=turned(term.op))
            inside[0] = inside[0]._replace(negated=True)
        return term, inside
