"""Mark a submission: what is right, what follows from the student's own values, what is wrong."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.exercises.answers.answers import shown
from backprop_cli.exercises.answers.equality import Outcome
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.answers.formulas import Formulas
from backprop_cli.exercises.answers.reading import Read, Sheet, read_sheet
from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.diagnosis.reasons import (
    Why,
    about_numbers,
    about_words,
    explained,
    gradients_said,
)
from backprop_cli.exercises.marking.fast_path import Quick, quick_for
from backprop_cli.exercises.marking.follow_through import following
from backprop_cli.exercises.marking.record import outcome
from backprop_cli.exercises.marking.result import Graded, Mark, Verdict
from backprop_cli.exercises.marking.shown_work import untold
from backprop_cli.exercises.model.exercise import Exercise
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.exercises.model.variants import Variants, plain
from backprop_cli.exercises.wording import capitalised, worded
from backprop_cli.language.question import Form, parse_question

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
        if exercise.graph is not None:
            self.variants = Variants(exercise)
            self.formulas = Formulas(exercise, self.variants.hypotheses)
            if exercise.planted is not None:
                # Better now than in the middle of a class.
                self.variants.spoilt(min(1, exercise.variants - 1))

    def variant(self, student: str) -> int:
        """Which drawn inputs a student has; 0 where all have the same."""
        return self.variants.number_of(student) if self.exercise.graph is not None else 0

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
        if self.exercise.graph is None or self.exercise.code:
            return None
        predicted = self.variants.predicted(variant)
        sheet = read_sheet(predicted.case, predicted.key, {}, self.variants, self.formulas, variant)
        marks = tuple(
            [_marked(read, Verdict.CORRECT, read.asked.points) for read in sheet.values()]
        )
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
        if self.exercise.graph is not None:
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
        predicted = self.variants.predicted(number)
        sheet = read_sheet(
            predicted.case, predicted.key, given, self.variants, self.formulas, number
        )
        wrong = [place for place, read in sheet.items() if read.is_number and not read.is_right]
        earned: dict[int, float] = {}
        why: dict[int, Why] = {}
        if wrong:
            earned = following(predicted.case, sheet, wrong)
            nothing = untold(predicted, sheet, earned) if earned else set()
            to_blame = [place for place in wrong if place not in earned]
            why = about_numbers(predicted, self.variants.hypotheses, sheet, to_blame)
            why |= {place: _why(ReasonCode.FOLLOWS_UNSHOWN) for place in nothing}
        return [self._mark(place, sheet, earned, why, number) for place in sheet]

    def _mark(
        self,
        place: int,
        sheet: Sheet,
        earned: Mapping[int, float],
        why: Mapping[int, Why],
        number: int,
    ) -> Mark:
        read = sheet[place]
        if read.value is None:
            return _marked(read, Verdict.BLANK)
        if isinstance(read.value, Unreadable):
            return _marked(
                read, Verdict.UNREADABLE, why=_why(ReasonCode.UNREADABLE, unreadable(read.value))
            )
        if read.asked.question.form is Form.FORMULA:
            return self._formula(place, read, sheet, number)
        if place in earned and place not in why:
            if not read.asked.follow:
                return _marked(read, Verdict.WRONG, why=_why(ReasonCode.FOLLOWS_UNPAID))
            return _marked(read, Verdict.FOLLOW, earned[place], _why(ReasonCode.FOLLOWS))
        if place in why:
            return _marked(read, Verdict.WRONG, why=why[place])
        if read.is_right:
            return _marked(read, Verdict.CORRECT, read.asked.points)
        case = self.variants.predicted(number).case
        return _marked(read, Verdict.WRONG, why=Why(about_words(case, read)))

    def _formula(self, place: int, read: Read, sheet: Sheet, number: int) -> Mark:
        found, explanations = self.formulas.judge(place, read.value)
        if found.outcome is Outcome.EQUAL:
            return _marked(read, Verdict.CORRECT, read.asked.points)
        if found.outcome is Outcome.UNDECIDED:
            return _marked(read, Verdict.UNDECIDED, why=_why(ReasonCode.UNDECIDED, found.reason))
        predicted = self.variants.predicted(number)
        told = [one for one in explanations if predicted.agrees(one, gradients_said(sheet))]
        if not told:
            return _marked(read, Verdict.WRONG, why=_why(ReasonCode.OTHER_FORMULA, found.reason))
        why = explained(predicted.case, told, read.asked.wrt)
        return _marked(read, Verdict.WRONG, why=why)


def unreadable(found: Unreadable) -> str:
    """Why an answer cannot be read, as a sentence."""
    if found.is_whole:
        return capitalised(found.reason)
    return f"It cannot be read: {found.reason}{'' if found.reason.endswith('?') else '.'}"


def _why(code: ReasonCode, said: str = "") -> Why:
    return Why(Reason(code, got=said))


_NOTHING = Why()


def _marked(read: Read, verdict: Verdict, points: float = 0.0, why: Why = _NOTHING) -> Mark:
    return Mark(
        read.asked.name,
        shown(read.raw),
        verdict,
        points,
        read.asked.points,
        worded(why.reason),
        read.key_shown,
        why.blames,
        why.together,
        why.reason.code,
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
