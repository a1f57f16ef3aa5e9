"""What a kind of question is: everything that depends on the form in which it is answered."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from backprop_cli.exercises.diagnosis.why import Why
from backprop_cli.exercises.hints.parts import chalk
from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.exercises.model.reason import Reason
from backprop_cli.exercises.wording import capitalised

if TYPE_CHECKING:
    from backprop_cli.exercises.answers.reading import Read, Sheet
    from backprop_cli.exercises.model.case import Case
    from backprop_cli.exercises.model.exercise import Asked, Circuit
    from backprop_cli.exercises.questions.handout import Handout
    from backprop_cli.language.question import Question


class Judgement(NamedTuple):
    """What an answer is, the share of the points that it earns, and why."""

    verdict: Verdict
    share: float = 0.0
    why: Why = Why()


RIGHT = Judgement(Verdict.CORRECT, 1.0)


def wrong(reason: Reason) -> Judgement:
    """An answer that earns nothing."""
    return Judgement(Verdict.WRONG, why=Why(reason))


class Judging(NamedTuple):
    """A sheet that is judged."""

    handout: "Handout"
    sheet: "Sheet"
    wrong_numbers: dict[int, Judgement]
    """Place of the question -> what a number is that is not the key: they explain each other."""


class QuestionKind(ABC):
    """A kind of question. A method that is missing is an error of mypy and at the start."""

    word: ClassVar[str]
    """What stands before the parentheses in the question language: shape."""
    how: ClassVar[str]
    """How an answer is written, for the sheet."""
    exercise: ClassVar[str]
    """What an exercise is called that asks nothing else."""
    is_number: ClassVar[bool] = False
    """Whether numbers answer it: mistakes are told by them, and a student's own are followed."""
    shows_mistakes: ClassVar[bool] = False
    """Whether a mistake of the backward pass can show in an answer."""
    needs_planted: ClassVar[bool] = False
    """Whether it is about the derivation in which a mistake is planted."""

    # Asking

    def check(  # noqa: B027 - most kinds can be asked of every value and gradient
        self, question: "Question", circuit: "Circuit", of: int, wrt: int
    ) -> None:
        """See that it can be asked of this circuit.

        Args:
            question: what is asked.
            circuit: of what.
            of: the node of `question.of`.
            wrt: that of `question.wrt`; -1 where it is not about a gradient.

        Raises:
            BackpropError: if it cannot.
        """

    @abstractmethod
    def phrase(self, quantity: str) -> str:
        """The question in words, before an equals sign: the shape of ∂f/∂x."""

    # Answers

    @abstractmethod
    def key(self, asked: "Asked", number: Any, handout: "Handout") -> Any:
        """The right answer; None where it may be written in many ways.

        Args:
            asked: the question.
            number: the right number, where a number is asked.
            handout: what the student got.
        """

    @abstractmethod
    def read(self, raw: Any, asked: "Asked", handout: "Handout") -> Any:
        """What was answered, or an `Unreadable`."""

    def is_right(self, read: "Read") -> bool:
        """Whether a readable answer is the key."""
        return bool(read.value == read.key)

    def key_text(self, key: Any) -> str:
        """The key as text."""
        return str(key)

    @abstractmethod
    def judge(self, place: int, judging: Judging) -> Judgement:
        """What a readable answer is, and why.

        Args:
            place: of the question in the exercise.
            judging: the sheet.
        """

    def remark(self, case: "Case", asked: "Asked", raw: str) -> Reason | None:
        """What to say first of a wrong answer in a lesson, if anything."""
        return None

    # Help

    @abstractmethod
    def hints(self, case: "Case", asked: "Asked", names: list[str]) -> list[str]:
        """From where to look to the step with its numbers in place.

        Args:
            case: the circuit with its numbers.
            asked: the question.
            names: what the learner calls each node.
        """

    @abstractmethod
    def solution(self, asked: "Asked", hints: Sequence[str], right: str) -> str:
        """The way to the answer in a line, from the hints and the key as text."""


class WordKind(QuestionKind):
    """A kind whose answers are right or wrong by themselves: a shape, a pattern, a line."""

    def judge(self, place: int, judging: Judging) -> Judgement:
        """Right, or wrong with its reason."""
        read = judging.sheet[place]
        return RIGHT if read.is_right else wrong(self.reason(read, judging.handout.case))

    @abstractmethod
    def reason(self, read: "Read", case: "Case") -> Reason:
        """Why an answer is wrong."""

    def solution(self, asked: "Asked", hints: Sequence[str], right: str) -> str:
        """The shape of ∂f/∂x is 2×3."""
        return f"{capitalised(self.phrase(chalk(asked.question.quantity)))} is {right}"
