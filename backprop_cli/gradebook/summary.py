"""What a class knows and what it does not: marks, questions, and who needs help with what."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from backprop_cli.exercises.marking.result import Graded, Verdict
from backprop_cli.exercises.model.reason import UNPAID, ReasonCode
from backprop_cli.gradebook.manual import Decisions, decisions
from backprop_cli.gradebook.other_sheets import OfAnother, OtherSheets
from backprop_cli.gradebook.schema import faults
from backprop_cli.gradebook.store import Gradebook, StoredExercise
from backprop_cli.gradebook.students import LAST, Alike, groups

FEW = 8
"""NameList that are kept of those who share something; the others are counted."""


@dataclass
class NameList:
    """How many there are, and the first few by name."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, count: int, first: Iterable[str]) -> None:
        """Take in more, of which these are the first by name."""
        self.count += count
        self.first = sorted([*self.first, *first])[:FEW]


@dataclass
class QuestionTally:
    """What became of one question."""

    question: str
    possible: float
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    earned: Counter[float] = field(default_factory=Counter)
    """Points -> submissions; added up in the order of size, so that no order of students shows."""

    @property
    def answers(self) -> int:
        """How many submissions had it marked."""
        return self.verdicts.total()

    @property
    def points(self) -> float:
        """Earned by all together."""
        return _total(self.earned)


@dataclass
class Slip:
    """One mistake at one kind of gate."""

    mistake: str
    gate: str
    students: NameList = field(default_factory=NameList)
    answers: int = 0
    certain: int = 0
    """Answers that no other mistake explains as well."""
    places: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """The nodes at which it was made -> answers."""


@dataclass
class Summary:
    """A class's marks of one exercise. All of it is independent of the order of submissions."""

    exercise: StoredExercise
    marks: Counter[float] = field(default_factory=Counter)
    """Points -> students, of the submissions that could be read."""
    shares: list[int] = field(default_factory=lambda: [0] * 10)
    """Students by tenths of what they could earn."""
    questions: dict[str, QuestionTally] = field(default_factory=dict)
    slips: dict[tuple[str, str], Slip] = field(default_factory=dict)
    unreadable: NameList = field(default_factory=NameList)
    undecided: NameList = field(default_factory=NameList)
    """Students with an answer that the teacher has to decide."""
    unexplained: NameList = field(default_factory=NameList)
    """Students with a wrong answer that no mistake explains."""
    by_hand: NameList = field(default_factory=NameList)
    """Students with a mark that the teacher gave."""
    idle: int = 0
    """Marks by hand for questions that are no longer asked."""
    of_another: list[OfAnother] = field(default_factory=list)
    """Submissions that hold the right answers to another sheet."""
    again: NameList = field(default_factory=NameList)
    """Students who handed in more than once: the last counts."""

    @property
    def students(self) -> int:
        """How many have handed in something that could be read."""
        return self.marks.total()

    @property
    def everyone(self) -> int:
        """How many have handed in something."""
        return self.students + self.unreadable.count

    @property
    def mean(self) -> float:
        """Of the points; 0 for nobody."""
        return _total(self.marks) / self.students if self.students else 0.0

    @property
    def median(self) -> float:
        """The points of the student in the middle, or halfway between the two."""
        ordered, half = sorted(self.marks.items()), (self.students - 1) / 2
        return (_at(ordered, int(half)) + _at(ordered, int(half + 0.5))) / 2 if ordered else 0.0

    @property
    def common(self) -> list[Slip]:
        """The mistakes, those of most students first."""
        return sorted(
            self.slips.values(), key=lambda s: (-s.students.count, -s.answers, s.mistake, s.gate)
        )


def _total(earned: Counter[float]) -> float:
    return sum(points * count for points, count in sorted(earned.items()))


def _at(ordered: list[tuple[float, int]], place: int) -> float:
    for points, count in ordered:
        if place < count:
            return points
        place -= count
    return ordered[-1][0]


def summary(book: Gradebook, exercise: StoredExercise) -> Summary:
    """Look through the class once; the memory it takes grows with its sheets only."""
    found = Summary(
        exercise, questions={asked.text: QuestionTally(*asked) for asked in exercise.questions}
    )
    others = OtherSheets()
    for alike in groups(book, exercise, FEW):
        _count(found, alike)
        others.add(alike.graded, alike.size, alike.students)
    found.of_another = others.found()
    _count_decisions(found, decisions(book, exercise))
    again = f"SELECT student FROM ({LAST}) WHERE times > 1"
    with faults(book.path):
        for (student,) in book.sql.execute(again, (exercise.id,)):
            # In the order of names: the first few are the first that come.
            found.again.count += 1
            if found.again.count <= FEW:
                found.again.first.append(student)
    return found


def _count_decisions(found: Summary, given: Decisions) -> None:
    asked = {question.text for question in found.exercise.questions}
    for student, marks in given.items():
        found.by_hand.add(1, [student])
        found.idle += sum(question not in asked for question in marks)


def _count(found: Summary, alike: Alike) -> None:
    graded, count, students = alike
    if graded.unreadable:
        found.unreadable.add(count, students)
        return
    found.marks[round(graded.points, 9)] += count
    found.shares[_tenth(graded)] += count
    for mark in graded.marks:
        asked = found.questions.setdefault(
            mark.question, QuestionTally(mark.question, mark.possible)
        )
        asked.verdicts[mark.verdict] += count
        asked.earned[mark.points] += count
    if any(mark.verdict is Verdict.UNDECIDED for mark in graded.marks):
        found.undecided.add(count, students)
    wrong = [mark for mark in graded.marks if mark.verdict is Verdict.WRONG]
    if any(not mark.blames and mark.code not in UNPAID for mark in wrong):
        found.unexplained.add(count, students)
    _count_slips(found, alike)


def _count_slips(found: Summary, alike: Alike) -> None:
    graded, count, students = alike
    made = set()
    for mark in graded.marks:
        is_one = mark.together or len(mark.blames) == 1
        certain = is_one and mark.code is not ReasonCode.PERHAPS
        for blame in mark.blames:
            key = blame.mistake, blame.gate
            slip = found.slips.setdefault(key, Slip(*key))
            slip.answers += count
            slip.certain += count * certain
            slip.places[blame.at] += count
            made.add(key)
    for key in made:
        found.slips[key].students.add(count, students)


def _tenth(graded: Graded) -> int:
    share = graded.points / graded.possible if graded.possible else 0.0
    # Bounded first: a book that somebody changed may hold any number.
    return int(min(9.0, max(0.0, share * 10 + 1e-9)))
