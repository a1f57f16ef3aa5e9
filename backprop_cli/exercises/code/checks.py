"""What is checked of a student's gate. The replies are facts; the judgement is made here."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from backprop_cli.exercises.code import words
from backprop_cli.exercises.code.cases import ClassCase, Truth, truth
from backprop_cli.exercises.code.ideas import Seen, explained
from backprop_cli.exercises.code.replies import Gradients, Played, Unfit, read_gradients, read_value
from backprop_cli.exercises.code.requests import STEP, Asking, Heard
from backprop_cli.exercises.code.values import same, same_shape, way, weighted
from backprop_cli.exercises.marking.result import Blame
from backprop_cli.exercises.model.reason import ReasonCode

SLOPE_TOLERANCE = 1e-4
"""How far a gradient may be from a measured slope."""


class Failed(Exception):
    """A check does not hold; the sentence says why."""

    def __init__(
        self,
        code: ReasonCode,
        sentence: str,
        key: str = "",
        blames: tuple[Blame, ...] = (),
        raised: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.key = key
        self.blames = blames
        self.raised = raised
        """The code raised an exception."""


class CheckOutcome(NamedTuple):
    """One check, judged."""

    name: str
    failed: Failed | None
    note: str = ""
    """What is worth saying although it holds."""


class Judge:
    """Judges the replies of one student's gate."""

    def __init__(
        self, asking: Asking, heard: Heard, parameters: tuple[str, ...] = words.PARAMETERS
    ) -> None:
        self.asking = asking
        self.parameters = parameters
        self.gate = asking.gate
        self.heard = heard
        self.known: dict[int, Truth] = {}

    def _truth(self, case: ClassCase) -> Truth:
        """What is right; each case is worked out once."""
        if id(case) not in self.known:
            self.known[id(case)] = truth(self.gate, case)
        return self.known[id(case)]

    def outcomes(self) -> Iterator[CheckOutcome]:
        """The outcome of every check, the simplest first."""
        yield _outcome("forward", partial(self._forward, "numbers"))
        backward = _outcome("backward", partial(self._backward, "numbers"))
        yield backward
        if not self.gate.is_held:
            yield _outcome("slopes", self._slopes)
        for kind in self.asking.cases:
            if kind != "numbers":
                yield _outcome(kind, partial(self._both, kind))
        # What `return [0, 0]` would pass as well earns nothing by itself.
        for name, check in (("caching", self._caching), ("inputs", self._inputs)):
            not_yet = CheckOutcome(name, Failed(ReasonCode.NOT_TRIED, words.NOT_YET))
            yield not_yet if backward.failed else _outcome(name, check)

    def _each(self, kind: str) -> Iterator[tuple[words.Example, Played | str]]:
        """The cases of one kind of inputs, with the replies."""
        for (case, _), reply in zip(self.asking.plan_of(kind), self.heard.cases[kind], strict=True):
            yield self._example(case), reply

    def _example(self, case: ClassCase) -> words.Example:
        return words.Example(self.gate, self.asking.class_name, case, self.parameters)

    # Checks: each returns a note, or raises what has failed.

    def _both(self, kind: str) -> str:
        self._forward(kind)
        return self._backward(kind)

    def _forward(self, kind: str) -> str:
        for about, reply in self._each(kind):
            right = self._truth(about.case).out
            got = self._out(_results(reply, 2, about)[1], about, right)
            if not same(got, right):
                raise Failed(ReasonCode.WRONG_VALUE, about.wrong_out(got), about.key_out(right))
        return ""

    def _backward(self, kind: str) -> str:
        seen = []
        note = ""
        for about, reply in self._each(kind):
            got = self._gradients(_results(reply, 3, about)[2], about)
            seen.append(Seen(about.case, got.values))
            note = note or about.note(got.box)
        for case, gradients in seen:
            right = self._truth(case).gradients
            wrong = [not same(*pair) for pair in zip(gradients, right, strict=True)]
            if any(wrong):
                ideas = explained(self.gate, seen, same)
                about = self._example(case)
                raise Failed(
                    ReasonCode.WRONG_GRADIENT,
                    about.wrong_gradients(gradients, wrong, ideas),
                    about.key_gradients(right),
                    tuple([Blame(idea.name, self.gate.name, ()) for idea in ideas if idea.known]),
                )
        return note

    def _slopes(self) -> str:
        """The gradients are the slopes of the student's own forward, right or wrong."""
        moves = False
        shown = self.asking.cases["numbers"].shown
        for case, reply in zip(shown, self.heard.slopes, strict=True):
            about = self._example(case)
            results = _results(reply, 3 + 2 * len(case.inputs), about)
            gradients = self._gradients(results[2], about).values
            right = self._truth(case).out
            for slot, gradient in enumerate(gradients):
                up, down = (self._out(results[3 + 2 * slot + n], about, right) for n in (0, 1))
                rise = weighted(up, case.upstream) - weighted(down, case.upstream)
                slope = rise / (2 * STEP)
                claimed = weighted(gradient, way(case.inputs[slot]))
                if not abs(claimed - slope) <= SLOPE_TOLERANCE * max(1.0, abs(slope)):
                    raise Failed(ReasonCode.WRONG_SLOPE, about.wrong_slope(slot, claimed, slope))
                moves = moves or abs(slope) > SLOPE_TOLERANCE
        if not moves and set(self.gate.local) != {"0"}:
            raise Failed(ReasonCode.WRONG_SLOPE, words.FLAT)
        return ""

    def _caching(self) -> str:
        first, second = self.asking.pair
        about = self._example(first)
        expected = {
            "two gates": ((4, first), (5, second)),
            "second forward": ((3, second),),
            "second backward": ((2, first), (3, first)),
        }
        for name, steps in expected.items():
            reply = self.heard.caching[name]
            if isinstance(reply, Played) and reply.error is not None:
                raise Failed(ReasonCode.WRONG_CACHE, about.cache_raised(name, reply.error, second))
            results = _results(reply, 1, about)
            for place, case in steps:
                got = self._gradients(results[place], self._example(case)).values
                right = self._truth(case).gradients
                if not all(same(*pair) for pair in zip(got, right, strict=True)):
                    raise Failed(
                        ReasonCode.WRONG_CACHE, about.wrong_cache(name, got, place == 4, second)
                    )
        return ""

    def _inputs(self) -> str:
        for kind in self.asking.cases:
            for about, reply in self._each(kind):
                if isinstance(reply, Played) and reply.changed:
                    raise Failed(ReasonCode.CHANGED_INPUTS, about.changed())
        return ""

    # What was returned

    def _out(self, encoded: Any, about: words.Example, right: Any) -> Any:
        try:
            got = read_value(encoded)
        except Unfit as unfit:
            raise Failed(unfit.code, about.returned_other("forward", str(unfit))) from None
        if not same_shape(got, right):
            raise Failed(*about.wrong_shape("forward", got, right))
        return got

    def _gradients(self, encoded: Any, about: words.Example) -> Gradients:
        """The gradients, each in the shape of its input."""
        inputs = about.case.inputs
        try:
            got = read_gradients(encoded, len(inputs))
        except Unfit as unfit:
            raise Failed(unfit.code, about.returned_other("backward", str(unfit))) from None
        for name, mine, value in zip(about.names, got.values, inputs, strict=True):
            if not same_shape(mine, value):
                copies = getattr(mine, "size", 1) > getattr(value, "size", 1)
                blames = (Blame("copies-not-summed", self.gate.name, ()),) if copies else ()
                raise Failed(*about.wrong_shape("backward", mine, value, name), blames=blames)
        return got


def _results(reply: Played | str, needed: int, about: words.Example) -> list[Any]:
    """The results of a reply, at least so many; what stopped it before is the failure."""
    if isinstance(reply, str):
        raise Failed(ReasonCode.ENDED, reply)
    if len(reply.results) < needed and reply.error is not None:
        raise Failed(*about.raised(reply.error, len(reply.results)), raised=True)
    return reply.results


def _outcome(name: str, check: Callable[[], str]) -> CheckOutcome:
    try:
        return CheckOutcome(name, None, check())
    except Failed as failed:
        return CheckOutcome(name, failed)
