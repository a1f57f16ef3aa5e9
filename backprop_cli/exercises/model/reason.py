"""Why an answer earned what it did, as data: a code and its fields; `wording` has the sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ReasonCode(StrEnum):
    """What is said of an answer; stable, for programs that read marks."""

    NONE = ""
    # Answers to questions
    MISTAKE = "mistake"
    """Mistakes of the table explain it."""
    PERHAPS = "perhaps"
    """A mistake of the table explains it, for which this one number alone speaks."""
    SAME_MISTAKE = "same-mistake"
    """The mistake that an earlier question was blamed on explains this one too."""
    UNEXPLAINED = "unexplained"
    """The first wrong answer, which no known mistake explains."""
    UNEXPLAINED_LATER = "unexplained-later"
    SLIP_OF_SIGN = "slip-of-sign"
    SLIP_OF_DIGIT = "slip-of-digit"
    EXCHANGED = "exchanged"
    """It is the right answer to another question, and that one has the answer to this."""
    COPIED = "copied"
    """It is the answer that was given to another question."""
    ROUNDED = "rounded"
    ELEMENTS = "elements"
    """Which elements of an array are right, and what is wrong with the others."""
    OTHER_SHAPE = "other-shape"
    OTHER_VALUE = "other-value"
    OTHER_SHAPE_NAMED = "other-shape-named"
    """The answer to a question about a shape."""
    OTHER_PATTERN = "other-pattern"
    LINE_TOO_EARLY = "line-too-early"
    LINE_TOO_LATE = "line-too-late"
    FOLLOWS = "follows"
    FOLLOWS_UNPAID = "follows-unpaid"
    FOLLOWS_UNSHOWN = "follows-unshown"
    """It follows, and a mistake would give the same number."""
    OTHER_FORMULA = "other-formula"
    RIGHT_HERE = "right-here"
    """A formula is right for the inputs of the exercise, and not for all."""
    UNDECIDED = "undecided"
    UNREADABLE = "unreadable"
    GATE_NAMED = "gate-named"
    """The gate's name was answered, and not what it does."""
    # One answer at a step of a lesson
    UNEXPLAINED_ALONE = "unexplained-alone"
    NOT_IT = "not-it"
    NUMBER_FOR_FORMULA = "number-for-formula"
    RIGHT_NUMBER = "right-number"
    """A formula is asked, and its value was answered."""
    OTHER_OPTION = "other-option"
    OTHER_SIGN = "other-sign"
    OTHER_PLANTED = "other-planted"
    NOT_EQUAL = "not-equal"
    """Whether numbers are equal was asked."""
    NOT_RUN = "not-run"
    # By hand
    SET_BY_HAND = "set-by-hand"
    # Classes that a student wrote
    EMPTY_FILE = "empty-file"
    LARGE_FILE = "large-file"
    NOT_LOADED = "not-loaded"
    NO_CLASS = "no-class"
    NO_METHOD = "no-method"
    NO_SELF = "no-self"
    OTHER_PARAMETERS = "other-parameters"
    ENDED = "ended"
    """It came to an end, or was ended, before it had answered."""
    RAISED = "raised"
    AMBIGUOUS_TRUTH = "ambiguous-truth"
    """An array was asked whether it is true."""
    SHAPES_DO_NOT_FIT = "shapes-do-not-fit"
    NOT_KEPT = "not-kept"
    """backward needs what forward has not kept."""
    NO_RESULT = "no-result"
    """A method returned None."""
    NO_LIST = "no-list"
    """backward returned one value where there are several inputs."""
    OTHER_RESULT = "other-result"
    NOT_SUMMED = "not-summed"
    """A gradient has the shape of the copies of its input."""
    WRONG_VALUE = "wrong-value"
    WRONG_GRADIENT = "wrong-gradient"
    WRONG_SLOPE = "wrong-slope"
    WRONG_CACHE = "wrong-cache"
    CHANGED_INPUTS = "changed-inputs"
    NOT_TRIED = "not-tried"
    NOTE = "note"
    """It is right, and something is worth saying."""


UNPAID = (ReasonCode.FOLLOWS_UNPAID, ReasonCode.FOLLOWS_UNSHOWN)
"""It follows from the student's own answers, and earns nothing."""


@dataclass(frozen=True)
class Finding:
    """A mistake at a place of a circuit, with what its sentences are filled in with."""

    mistake: str
    """The name of a row of the table of mistakes."""
    title: str
    says: str
    """What helps, with `{a}`, `{gate}` … for the fields."""
    fields: Mapping[str, str]
    at: tuple[str, ...] = ()
    """The nodes, where it was made at several."""


@dataclass(frozen=True)
class Reason:
    """Why an answer is wrong, or earned what it did."""

    code: ReasonCode = ReasonCode.NONE
    node: str = ""
    """The node that it is about; for the same mistake, the question that was blamed."""
    gate: str = ""
    """Its gate; empty for an input."""
    expected: str = ""
    """What is wanted, where saying it does not give the key away: a shape."""
    got: str = ""
    """What was given: a shape; or what a reader said about it."""
    formula: str = ""
    """The step that was not followed: q = x + y."""
    is_gradient: bool = False
    findings: tuple[tuple[Finding, ...], ...] = ()
    """Each explanation that fits equally well: the mistakes that were made together."""

    @property
    def is_unexplained(self) -> bool:
        """Whether no known mistake explains a wrong answer."""
        return self.code in (ReasonCode.UNEXPLAINED, ReasonCode.UNEXPLAINED_LATER)


NO_REASON = Reason()
