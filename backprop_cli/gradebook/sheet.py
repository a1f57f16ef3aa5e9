"""The marks that are handed on: of a class from a gradebook, or of one submission."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.marking.result import Graded
from backprop_cli.gradebook.other_sheets import OtherSheets
from backprop_cli.gradebook.store import Gradebook, StoredExercise, StoredQuestion
from backprop_cli.gradebook.students import marked, of_student


@dataclass(frozen=True)
class Sheet:
    """Marks of one exercise."""

    title: str
    questions: Sequence[StoredQuestion]
    graded: Iterable[Graded]
    """In the order in which they are written; gone through once."""
    of_another: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Student -> the other sheets whose right answers were given; only of a whole class."""

    @property
    def points(self) -> float:
        """What can be earned in all."""
        return sum(question.points for question in self.questions)

    def only(self, what: str) -> Graded:
        """The one submission, for a format that holds no more.

        Raises:
            BackpropError: if there are none, or more.
        """
        graded = iter(self.graded)
        first, second = next(graded, None), next(graded, None)
        if first is None or second is not None:
            hint = "choose one with --student NAME" if second else None
            raise BackpropError(f"{what} holds the marks of one student", hint=hint)
        return first


def sheet_of(title: str, graded: Sequence[Graded]) -> Sheet:
    """A sheet without a gradebook: the questions are those that were marked."""
    asked = {mark.question: mark.possible for one in graded for mark in one.marks}
    return Sheet(title, [StoredQuestion(*question) for question in asked.items()], graded)


def sheet_from(book: Gradebook, exercise: StoredExercise, student: str | None = None) -> Sheet:
    """The sheet of a class, or of one student in it."""
    if student is not None:
        one = [of_student(book, exercise, student).graded]
        return Sheet(exercise.title, exercise.questions, one)
    others = OtherSheets()
    for graded in marked(book, exercise):
        others.add(graded, 1, [graded.student])
    found = {each.students[0]: each.sheets for each in others.found()}
    return Sheet(exercise.title, exercise.questions, marked(book, exercise), found)
