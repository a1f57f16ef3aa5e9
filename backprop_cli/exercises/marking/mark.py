"""Mark a submission: what is right, what follows from the student's own values, what is wrong."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import finalize

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.exercises.answers.answers import shown
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.answers.formulas import Formulas
from backprop_cli.exercises.answers.reading import Read, Sheet, read_sheet
from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.diagnosis.reasons import about_numbers
from backprop_cli.exercises.diagnosis.why import Why
from backprop_cli.exercises.marking.fast_path import Quick, quick_for
from backprop_cli.exercises.marking.follow_through import followed
from backprop_cli.exercises.marking.record import outcome
from backprop_cli.exercises.marking.result import Graded, Mark, Verdict
from backprop_cli.exercises.marking.shown_work import is_of_other_inputs, untold
from backprop_cli.exercises.model.exercise import Asked, Exercise
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.exercises.model.variants import Variants, plain
from backprop_cli.exercises.questions.handout import Handout
from backprop_cli.exercises.questions.kind import RIGHT, Judgement, Judging, wrong
from backprop_cli.exercises.wording import worded
from backprop_cli.language.question import parse_question

if TYPE_CHECKING:
    from backprop_cli.sandbox.box import Box

MOST_SPELLINGS = 10_000
"""Spellings of questions that are remembered."""

MOST_QUICK = 1000
"""Variants of which the quick way is remembered."""

MOST_PROBLEMS = 20
"""Odd things of one submission that are told."""


class Marker:
    """Marks submissions for one exercise."""

    def __init__(self, exercise: Exercise, isolation: str | None = None) -> None:
        """Prepare to mark.

        Args:
            exercise: what was asked.
            isolation: the layer in which students' code runs; None for the safest.

        Raises:
            BackpropError: if a wrong line is asked for and none can be planted.
        """
        self.exercise = exercise
        self._isolation = isolation
        self._open = ExitStack()
        self._quick: dict[int, Quick | None] = {}
        self._names = {asked.name: asked.name for asked in exercise.questions}
        if exercise.circuit is not None:
            self.variants = Variants(exercise)
            self.formulas = Formulas(exercise, self.variants.hypotheses)
            if exercise.planted is not None:
                # Better now than in the middle of a class.
                self.variants.spoilt(min(1, exercise.circuit.variants - 1))

    def variant(self, student: str) -> int:
        """Which drawn inputs a student has; 0 where all have the same."""
        return self.variants.number_of(student) if self.exercise.circuit is not None else 0

    def quick(self, variant: int, answers: Mapping[str, object]) -> str | None:
        """The outcome (see `record`) where each answer is a plain right number, else None."""
        if variant not in self._quick:
            if len(self._quick) >= MOST_QUICK:
                self._quick.clear()
            self._quick[variant] = self._quick_for(variant)
        quick = self._quick[variant]
        return quick.outcome(answers) if quick else None

    def key(self, variant: int) -> Graded:
        """An empty sheet of a variant, marked: its inputs and its key."""
        case = self.variants.predicted(variant).case
        marks = tuple(self._marks(variant, {}))
        return Graded("", variant, plain(case.inputs), marks)

    def _quick_for(self, variant: int) -> Quick | None:
        if self.exercise.circuit is None or self.exercise.code:
            return None
        predicted = self.variants.predicted(variant)
        sheet = read_sheet(self._handout(variant), {})
        marks = tuple([_marked(read, RIGHT) for read in sheet.values()])
        right = Graded("", variant, plain(predicted.case.inputs), marks)
        return quick_for(tuple(sheet.values()), outcome(right))

    def mark(
        self,
        student: str,
        answers: Mapping[str, object],
        problems: Sequence[str] = (),
        code: bytes | None = None,
    ) -> Graded:
        """Mark the answers of a student.

        Args:
            student: whose own inputs the answers are about.
            answers: question, in any spelling -> what was answered.
            problems: what was odd about the submission already.
            code: the file in which the student wrote gates.

        Raises:
            BackpropError: if code is to be run and its isolation does not work here.
        """
        given, odd = self._by_question(answers)
        marks, number, inputs = [], self.variant(student), {}
        if self.exercise.circuit is not None:
            marks = self._marks(number, given)
            inputs = plain(self.variants.predicted(number).case.inputs)
        gates, layer = self._code_marks(code)
        return Graded(student, number, inputs, (*marks, *gates), (*problems, *odd), isolation=layer)

    def _code_marks(self, code: bytes | None) -> tuple[tuple[Mark, ...], str]:
        """The marks of the gates that a student wrote, and the layer that ran them."""
        asked = self.exercise.code
        if not asked:
            return (), ""
        if code is None:
            blank = [Mark(gate.class_name, "", Verdict.BLANK, 0.0, gate.points) for gate in asked]
            return tuple(blank), ""
        from backprop_cli.exercises.code.mark import mark_code

        return mark_code(code, asked, self._box), self._box.layer

    @cached_property
    def _box(self) -> "Box":
        from backprop_cli.sandbox.box import open_box

        # Whoever keeps a marker for all submissions does not close it: it ends with the process.
        finalize(self, self._open.close)
        return self._open.enter_context(open_box(self._isolation))

    def close(self) -> None:
        """End what runs students' code."""
        self._open.close()

    def _by_question(self, answers: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
        """The answers by the one spelling of their questions, and what was odd."""
        given: dict[str, object] = {}
        odd: list[str] = []
        for typed, answer in answers.items():
            name = self._names.get(typed) or self._spelt(typed)
            if name is None:
                hint = did_you_mean(typed, list(self._names)) if len(typed) < 100 else None
                odd.append(f"there is no question '{shown(typed)}'" + (f", {hint}" if hint else ""))
                continue
            if name in given:
                odd.append(f"'{name}' is answered twice: the last answer counts")
            given[name] = answer
        return given, odd[:MOST_PROBLEMS]

    def _spelt(self, typed: str) -> str | None:
        """The question that was meant by another spelling of it."""
        try:
            name = parse_question(typed).text
        except BackpropError:
            return None
        if name not in self._names:
            return None
        if len(self._names) < MOST_SPELLINGS:
            self._names[typed] = name
        return name

    def _marks(self, number: int, given: Mapping[str, object]) -> list[Mark]:
        """A mark for each question, in the order of the exercise."""
        handout = self._handout(number)
        sheet = read_sheet(handout, given)
        judging = Judging(handout, sheet, _wrong_numbers(handout, sheet))
        return [_marked(read, _judged(place, read, judging)) for place, read in sheet.items()]

    def _handout(self, number: int) -> Handout:
        return Handout(self.variants, self.formulas, number)


def _judged(place: int, read: Read, judging: Judging) -> Judgement:
    if read.value is None:
        return Judgement(Verdict.BLANK)
    if isinstance(read.value, Unreadable):
        return Judgement(Verdict.UNREADABLE, why=Why(read.value.why))
    return read.asked.kind.judge(place, judging)


def _wrong_numbers(handout: Handout, sheet: Sheet) -> dict[int, Judgement]:
    """What the numbers are that are not the key: they follow from each other, or are explained."""
    missed = [place for place, read in sheet.items() if read.is_number and not read.is_right]
    if not missed:
        return {}
    following = followed(handout.case, sheet, missed)
    to_blame = [place for place in missed if place not in following]
    why = about_numbers(handout.predicted, handout.variants.hypotheses, sheet, to_blame)
    found = {place: Judgement(Verdict.WRONG, why=why[place]) for place in to_blame}
    found |= {place: _follows(sheet[place].asked) for place in following}
    if following and is_of_other_inputs(handout.variants, handout.number, sheet):
        return found | dict.fromkeys(following, wrong(Reason(ReasonCode.FOLLOWS_ELSEWHERE)))
    unshown = untold(handout.predicted, sheet, following) if following else set()
    return found | dict.fromkeys(unshown, wrong(Reason(ReasonCode.FOLLOWS_UNSHOWN)))


def _follows(asked: Asked) -> Judgement:
    """A right step on a value of the student's own."""
    if not asked.follow:
        return wrong(Reason(ReasonCode.FOLLOWS_UNPAID))
    return Judgement(Verdict.FOLLOW, asked.follow, Why(Reason(ReasonCode.FOLLOWS)))


def _marked(read: Read, judgement: Judgement) -> Mark:
    verdict, share, why = judgement
    return Mark(
        read.asked.name,
        shown(read.raw),
        verdict,
        read.asked.points * share,
        read.asked.points,
        worded(why.reason),
        read.asked.kind.key_text(read.key),
        why.blames,
        why.together,
        why.reason.code,
        why.reason,
    )


def load_marker(data: bytes, path: str, isolation: str | None = None) -> Marker:
    """The marker of an exercise file.

    Args:
        data: its content.
        path: its name, for messages.
        isolation: the layer in which students' code runs; None for the safest.

    Raises:
        BackpropError: if the exercise cannot be read.
    """
    return Marker(read_exercise(data, path), isolation)
