"""The kinds of questions: one kind, one row."""

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.exercises.questions.formula import FORMULA
from backprop_cli.exercises.questions.kind import QuestionKind
from backprop_cli.exercises.questions.number import NUMBER
from backprop_cli.exercises.questions.pattern import PATTERN
from backprop_cli.exercises.questions.shape import SHAPE
from backprop_cli.exercises.questions.wrong_line import WRONG_LINE
from backprop_cli.language.question import Question, parse_question

KINDS: tuple[QuestionKind, ...] = (NUMBER, FORMULA, SHAPE, PATTERN, WRONG_LINE)

BY_WORD: dict[str, QuestionKind] = {kind.word: kind for kind in KINDS}


def read_question(source: str) -> tuple[Question, QuestionKind]:
    """A question, and the kind that it is.

    Raises:
        BackpropError: if it cannot be read, or is of no kind that there is.
    """
    question = parse_question(source)
    if question.form not in BY_WORD:
        words = [word for word in BY_WORD if word]
        hint = did_you_mean(question.form, words) or f"there are {', '.join(words)}"
        raise BackpropError(f"there is no kind of question '{question.form}'", hint=hint)
    return question, BY_WORD[question.form]
