"""What can be wrong with a formula as a text, and the sentence that says so."""

from backprop_cli.errors import Problem


class SyntaxProblem(Problem):
    """Kinds of errors of the reader of formulas."""

    TOO_LONG = "the formula is longer than {most:,} characters"
    EMPTY = "the formula is empty"
    NUMBER_TOO_LARGE = "this number is larger than a double can hold (1.8e308)"

    # Characters
    UNKNOWN_CHARACTER = "'{found}' is not part of the language"
    UNKNOWN_ACCENT = "the accent {found} is not part of the language"
    CONTROL_CHARACTER = "{found} is not allowed"
    NOT_UTF8 = "this is not valid UTF-8"

    # Brackets
    CLOSES_NOTHING = "this '{found}' closes nothing"
    OTHER_BRACKET = "this '{found}' should be '{partner}'"
    NEVER_CLOSED = "this '{found}' is never closed"
    STEP_INSIDE_BRACKETS = "a step ends inside brackets"
    COMMA_OUTSIDE_BRACKETS = "a comma separates arguments inside brackets only"

    # Operators and values
    OPERATOR_MISSING = "an operator is missing here"
    VALUE_MISSING_AFTER = "a value is missing after '{found}'"
    VALUE_MISSING_BEFORE = "a value is missing before '{found}'"
    ASSIGNED_TO_NO_NAME = "only a name can stand on the left of '='"
    COMPARISON = "a comparison has no gradient"
    INDEX_OF_NORM = "a norm has no index"
    UNEXPECTED = "'{found}' cannot stand here"


class QuestionProblem(Problem):
    """Kinds of errors of the reader of questions."""

    TOO_LONG = "a question is longer than {most} characters"
    UNKNOWN_CHARACTER = "'{found}' is not part of a question"
    NO_QUESTION = "this is no question"
    NO_DIFFERENTIAL = "'{found}' is no differential"
