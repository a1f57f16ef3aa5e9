"""A lesson for one learner: circuits with inputs, fresh problems drawn, every answer computed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.answers.answers import is_blank, number_shown
from backprop_cli.exercises.marking.mark import Marker
from backprop_cli.exercises.marking.result import Mark, Verdict
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.derivation import Line
from backprop_cli.exercises.model.exercise import Asked, AtStep, CodeGate, Exercise, LookedFor
from backprop_cli.exercises.model.variants import Variants
from backprop_cli.gates.value import known
from backprop_cli.language.question import FORMULA
from backprop_cli.lessons.asks.ask import Ask, Judged, Known, Spot
from backprop_cli.lessons.asks.question import QuestionAsk
from backprop_cli.lessons.authoring.asks import asked_about, questions_about
from backprop_cli.lessons.authoring.steps import FILLED_IN
from backprop_cli.lessons.hints.display_names import called
from backprop_cli.lessons.model.fresh import expanded, given_with, problem
from backprop_cli.lessons.model.lesson import Lesson, LessonStep

CodeRunner = Callable[[CodeGate, bytes], Mark]
"""Checks a class in a file, where it can do no harm."""


@dataclass(frozen=True, eq=False)
class Scene:
    """One circuit with the learner's inputs, and what can be computed of it."""

    exercise: Exercise
    case: Case

    @cached_property
    def trace(self) -> Trace:
        """The whole run; forwards only where the output is no number and has no upstream."""
        graph, seed = self.case.graph, self.exercise.the_circuit.upstream
        gradients = [None] * len(graph) if seed is None else self.case.gradients
        return Trace(graph, self.case.values, gradients, seed)

    def seen(self, known: Collection[Asked]) -> Trace:
        """The run as far as it is known: inputs, and the values and gradients that were found."""
        graph, whole = self.case.graph, self.trace
        pairs = zip(graph.gates, whole.values, strict=True)
        values: list[Any] = [None if gate else value for gate, value in pairs]
        arrived: list[Any] = [None] * len(graph)
        for asked in known:
            if not asked.kind.is_number or asked.question.element is not None:
                continue
            if asked.wrt < 0:
                values[asked.of] = whole.values[asked.of]
            elif asked.of == graph.output:
                arrived[asked.wrt] = whole.arrived[asked.wrt]
        return replace(whole, values=values, arrived=arrived)

    @property
    def derivation(self) -> tuple[Line, ...]:
        """The lines of which one is wrong; none where no mistake was planted."""
        return Variants(self.exercise).spoilt(0).lines if self.exercise.planted else ()

    def answer(self, asked: Asked) -> str:
        """The right answer as text; empty for a formula, which may be written in many ways."""
        if asked.kind.is_number:
            return number_shown(known(self.case.answers((asked,))[0]))
        marker = Marker(replace(self.exercise, asked=(asked,)))
        return marker.key(0).marks[0].key


class Course:
    """A lesson for one learner."""

    def __init__(
        self,
        lesson: Lesson,
        learner: str,
        draw: str = "1",
        run_code: CodeRunner | None = None,
        afterwards: str = "",
    ) -> None:
        """Prepare a lesson.

        Args:
            lesson: what was written.
            learner: from this follow the inputs and the fresh problems.
            draw: another one draws other fresh problems.
            run_code: checks what a learner wrote; None where nothing is run.
            afterwards: a sentence for the end, about what comes next.
        """
        self.lesson = lesson
        self.learner = learner
        self.draw = draw
        self.run_code = run_code
        self.afterwards = afterwards
        self.count = len(lesson.steps) + len(lesson.fresh)
        self._scenes: dict[str, Scene] = {}
        self._steps: dict[int, LessonStep] = dict(enumerate(lesson.steps))
        self._markers: dict[Any, Marker] = {}
        self._late: dict[str, frozenset[str]] = {}

    # What is there

    def step(self, number: int) -> LessonStep:
        """A step, from 0: those of the lesson, then the fresh problems."""
        if number not in self._steps:
            self._steps[number] = self._fresh(number - len(self.lesson.steps))
        return self._steps[number]

    def _fresh(self, number: int) -> LessonStep:
        wish, count = self.lesson.fresh[number], len(self.lesson.fresh)
        name = f"fresh-{number + 1}"
        exercise = problem(wish, (self.lesson.name, self.learner, self.draw, number))
        self._scenes[name] = Scene(exercise, Case(exercise, exercise.the_circuit.fixed))
        graph = self._scenes[name].case.graph
        program = exercise.the_circuit.program
        text = f"**Fresh problem {number + 1} of {count}**, drawn for you: `{program}`"
        given = questions_about(given_with(graph, wish.ask), exercise)
        asks = map(QuestionAsk, questions_about(expanded(graph, wish.ask), exercise))
        return LessonStep(name, text, name, given, asks=tuple(asks), place=wish.place)

    def scene(self, circuit: str) -> Scene:
        """A circuit with the learner's inputs."""
        if circuit not in self._scenes:
            exercise = self.lesson.circuits[circuit]
            inputs = exercise.the_circuit.fixed
            if exercise.the_circuit.drawn:
                variants = Variants(exercise)
                inputs = variants.inputs(variants.number_of(self.learner))
            exercise = exercise.fixed_at(inputs)
            self._scenes[circuit] = Scene(exercise, Case(exercise, inputs))
        return self._scenes[circuit]

    def filled_in(self, text: str, circuit: str | None) -> str:
        """A text with the answers of the questions in it: `{= df/dx}`, `{= other: df/dx}`."""

        def answer(match: Any) -> str:
            scene = self.scene(match[1] or circuit or "")
            return scene.answer(asked_about(match[2], scene.exercise))

        return FILLED_IN.sub(answer, text)

    # Answers

    def judge(self, step: LessonStep, ask: int, raw: str, known: Known = None) -> Judged:
        """What an answer to a question of a step is, and why.

        Args:
            step: where it is asked.
            ask: which question of the step it is.
            raw: what was typed.
            known: what of the circuit the learner has right already, which no mistake that is
                told may contradict; None for all that was asked before.
        """
        if is_blank(raw):
            return Judged(Verdict.BLANK)
        return step.asks[ask].judge(Spot(self, step, ask), raw, known)

    def late(self, step: LessonStep) -> frozenset[str]:
        """The claimed mistakes that are made at gates whose gradients were found before the step.

        They are told though it was done rightly there: the 2 of 2q is lost as easily when it is
        multiplied by x.
        """
        if step.name not in self._late:
            found = set(step.catches)
            for place, ask in enumerate(step.asks if found else ()):
                if ask.number:
                    marker = self.marker(step, ask.number, self.before(step, place))
                    for explanation, _ in marker.variants.predicted(0).singles:
                        found.discard(explanation[0].mistake.name)
            self._late[step.name] = frozenset(found)
        return self._late[step.name]

    def before(self, step: LessonStep, ask: int) -> tuple[Asked, ...]:
        """What was asked or given of the circuit of a step before one of its questions."""
        found: list[Asked] = []
        for earlier in self.lesson.steps:
            if earlier is step:
                break
            if earlier.circuit == step.circuit:
                found += [*earlier.given, *_plain(earlier.asks)]
        # A fresh problem has a circuit of its own, about which nothing was asked before.
        return (*found, *step.given, *_plain(step.asks[:ask]))

    def _at_step(self, step: LessonStep, asked: Asked, known: Collection[Asked]) -> Exercise:
        """The exercise that one question of a step is, for a learner who has something right."""
        exercise = replace(self.scene(step.circuit or "").exercise, asked=(asked,))
        if not asked.kind.shows_mistakes:
            return exercise
        shown = (*known, *step.given, *_plain(step.asks))
        named = frozenset(node for each in shown for node in (each.of, each.wrt))
        pairs = frozenset(_pairs(asked, known))
        values = frozenset(each.of for each in known if _is_value(each))
        later = tuple(self._later(step, asked))
        at = AtStep(pairs, values, named, self._called(step), later, step.counts)
        return replace(exercise, step=at, planted=None)

    def _later(self, step: LessonStep, asked: Asked) -> Iterator[Asked]:
        """The formulas that are asked of the circuit of a step after one of its questions."""
        steps = [each for each in self.lesson.steps if each.circuit == step.circuit]
        after = steps[steps.index(step) :] if step in steps else [step]
        asks = [each for later in after for each in _plain(later.asks)]
        start = asks.index(asked) + 1 if asked in asks else 0
        return (each for each in asks[start:] if each.kind.word == FORMULA)

    def _called(self, step: LessonStep) -> tuple[str, ...]:
        """What a sentence calls each node: by its formula where the name was never shown.

        Only where the program made the name: those of the author are known from the formula.
        """
        graph = self.scene(step.circuit or "").case.graph
        names = zip(graph.names, called(self, step), strict=True)
        return tuple(own if k in graph.given else it for k, (own, it) in enumerate(names))

    def marker(
        self,
        step: LessonStep,
        asked: Asked,
        known: Collection[Asked],
        only: frozenset[str] = frozenset(),
    ) -> Marker:
        """What marks a question for a learner who has some of the circuit right already.

        Args:
            step: where it is asked.
            asked: the question.
            known: what the learner has right.
            only: the mistakes to look for; empty for all.
        """
        exercise = self._at_step(step, asked, known)
        key = (step.name, asked.name, only, exercise.step)
        if key not in self._markers:
            if only:
                mistakes = [each for each in exercise.looked_for.mistakes if each.name in only]
                exercise = replace(exercise, looked_for=LookedFor(tuple(mistakes)))
            self._markers[key] = Marker(exercise)
        return self._markers[key]

    def right(self, step: LessonStep, ask: int) -> str:
        """The right answer as one types it; empty for a formula and for a class."""
        return step.asks[ask].right(Spot(self, step, ask))

    def hints(self, step: LessonStep, ask: int, faults: Sequence[str] = ()) -> list[str]:
        """The hints for a question, the author's first; none of them is the bare number.

        Args:
            step: where it is asked.
            ask: which question of the step it is.
            faults: what was wrong with the class that was checked last: codes and mistakes.
        """
        asked, at = step.asks[ask], Spot(self, step, ask)
        return [*asked.authors_hints(at, faults), *asked.hints(at, faults)]

    def solution(self, step: LessonStep, ask: int) -> str:
        """The whole way to the answer, with the answer at its end."""
        return step.asks[ask].solution(Spot(self, step, ask))


def _plain(asks: Iterable[Ask]) -> list[Asked]:
    """The questions of the question language among those that are asked."""
    return [ask.asked for ask in asks if ask.asked]


def _is_value(asked: Asked) -> bool:
    """Whether the whole value of a node is asked, as a number or an array."""
    return asked.wrt < 0 and asked.kind.is_number and asked.question.element is None


def _pairs(asked: Asked, known: Iterable[Asked]) -> Iterator[tuple[int, int]]:
    """(q, x) of each ∂q/∂x that is known, and that a mistake in the answer must not contradict."""
    for each in known:
        # Who has the number right may still have the formula wrong.
        is_base = each.wrt == each.of
        fits = each.kind is asked.kind or (is_base and not asked.kind.is_number)
        is_whole = each.wrt >= 0 and each.question.element is None
        if is_whole and fits and (each.of, each.wrt) != (asked.of, asked.wrt):
            yield each.of, each.wrt
