"""The table of mistakes: one mistake, one row. A mistake is another rule, or a changed pass.

The rules are texts in the language of the gates' own (`g` the upstream, `a, b` the
inputs, `out` the output; a text without `g` is multiplied by it), so what a learner with
this idea would write is found by running them. Where the rows come from: wrong-answer
nodes that teachers wrote by hand for public calculus questions, CS231n's notes
("Backpropagation, Intuitions"), and questions on public forums.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

Texts = tuple[str | None, ...]
"""For each input of a gate the rule that replaces its own, or None where its own stays."""


class Change(Enum):
    """A change of the backward pass that no rule of one gate can express."""

    UPSTREAM_DROPPED = "upstream dropped"
    FORK_OVERWRITTEN = "fork overwritten"
    BASE_CASE = "base case"
    VALUE_FOR_GRADIENT = "value for gradient"
    PRODUCT_OF_DERIVATIVES = "product of the derivatives"
    QUOTIENT_OF_DERIVATIVES = "quotient of the derivatives"
    COPIES_NOT_SUMMED = "copies not summed"
    UPSTREAM_INCLUDED = "upstream included"
    VALUE_FOR_DERIVATIVE = "value for derivative"
    OTHER_FACTOR = "other factor"


TABLE = 2
"""The table of today: the highest `since` of its rows."""

FIELDS = ("node", "formula", "gate", "a", "b", "input", "output", "value", "sign")
"""What stands in braces in a sentence: the node, as a line of the program, and its gate; the
names of its inputs, of that input which leads to what was asked, and of the circuit's output;
a value; and which sign the local derivative has."""


@dataclass(frozen=True)
class Mistake:
    """A named wrong rule, with the sentence that helps."""

    name: str
    title: str
    """What went wrong, in a few words."""
    says: str
    """What helps, in one sentence, in which `FIELDS` are filled in."""
    rules: Mapping[str, tuple[Texts, ...]] = field(default_factory=dict)
    """Gate -> the rules that a learner with this idea may use instead."""
    change: Change | None = None
    at_tie: str = ""
    """What helps instead where the inputs of the gate tie; empty where that makes no odds."""
    since: int = 1
    """The first table that has this row. Inputs are drawn so that the mistakes of *one* table
    are told apart: a row that is added gets the next number, or the inputs of students who
    have their worksheets already would change."""


_SLOPED = (
    *("1/x", "exp", "log", "sqrt", "abs", "sin", "cos", "tan", "tanh", "sigmoid", "softplus"),
    *("square", "relu", "norm", "L2", "mean", "logsumexp", "softmax"),
)
_PICKY = ("max_of", "min_of", "max_in", "min_in")
_BOTH: Texts = ("g", "g")
_TIED = "At {formula} inputs are equal, and none of them wins: the gradient is split evenly."

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "mul-not-switched",
        "the mul gate is not switched",
        "At {formula} the gradient of {input} is not the upstream times {input} itself: the gate "
        "switches its inputs.",
        {"mul": (("a", "b"),), "dot": (("a", "b"),)},
    ),
    Mistake(
        "local-factor-lost",
        "the gate passes the gradient straight through",
        "At {formula} the upstream was passed on as it is; it must be multiplied by the local "
        "derivative.",
        {
            **dict.fromkeys(_SLOPED, (("g",),)),
            "mul": (_BOTH, ("g", None), (None, "g")),
            "div": (_BOTH, ("g", None), (None, "g")),
            "pow": (("g", None), (None, "g")),
        },
    ),
    Mistake(
        "upstream-dropped",
        "the upstream is dropped",
        "At {formula} only the local derivative was sent on; the chain rule multiplies it by the "
        "upstream, ∂{output}/∂{node}.",
        change=Change.UPSTREAM_DROPPED,
    ),
    Mistake(
        "product-of-derivatives",
        "the derivatives are multiplied",
        "At {formula} the derivatives of both factors were multiplied; the product rule adds "
        "two terms, one for each factor.",
        change=Change.PRODUCT_OF_DERIVATIVES,
    ),
    Mistake(
        "fork-overwritten",
        "only one of the paths is counted",
        "The gradient of {node}, which is used more than once, is the sum of what comes back by "
        "every path: contributions add up.",
        change=Change.FORK_OVERWRITTEN,
    ),
    Mistake(
        "max-to-both",
        "the gate sends the gradient to all inputs",
        "At {formula} the gradient goes only to the input that was taken.",
        {
            "max": (_BOTH,),
            "min": (_BOTH,),
            **dict.fromkeys(_PICKY, (("g",),)),
        },
        at_tie=_TIED,
    ),
    Mistake(
        "max-to-wrong-input",
        "the gate routes the gradient to the wrong input",
        "At {formula} the gradient goes to the input whose value was taken, not to the other.",
        {
            "max": (("1[a < b]", "1[b < a]"),),
            "min": (("1[a > b]", "1[b > a]"),),
            **dict.fromkeys(("max_in", "min_in"), (("1[a != out]",),)),
            "max_of": (("1[a != out]",), ("1[a == min(all)]",)),
            "min_of": (("1[a != out]",), ("1[a == max(all)]",)),
        },
        at_tie=_TIED,
    ),
    Mistake(
        "add-scales",
        "the add gate scales by the value",
        "At {formula} each input gets the upstream as it is: an add gate distributes, whatever "
        "the values are.",
        {"add": (("a", "b"),), "sub": (("a", "-b"),), "sum": (("a",),)},
    ),
    Mistake(
        "sign-lost",
        "a sign is lost",
        "At {formula} the local derivative has the other sign.",
        {
            "sub": ((None, "1"),),
            "neg": (("1",),),
            "1/x": (("1 / a^2",),),
            "div": ((None, "a / b^2"),),
            "cos": (("sin(a)",),),
            "sin": (("-cos(a)",),),
        },
    ),
    Mistake(
        "sign-turned",
        "a sign is turned",
        "At {formula} the local derivative is {sign}.",
        {
            "add": (("-1", None), (None, "-1")),
            "sub": (("-1", None),),
            "mul": (("-b", None), (None, "-a")),
            "div": (("-1 / b", None),),
            "square": (("-2 * a",),),
            "L2": (("-2 * a",),),
            "exp": (("-out",),),
            "log": (("-1 / a",),),
            "sqrt": (("-1 / (2 * out)",),),
            "sigmoid": (("-(1 - out) * out",),),
            "tanh": (("-(1 - out^2)",),),
            "relu": (("-1[a > 0]",),),
            "sum": (("-1",),),
        },
    ),
    Mistake(
        "factor-lost",
        "a factor of the power rule is lost",
        "At {formula} the power rule brings the exponent down as a factor, and leaves a power "
        "that is one lower.",
        {
            "square": (("a",), ("2",)),
            "L2": (("a",), ("2",)),
            "pow": (("a^(b - 1)", None), ("b", None)),
            "sqrt": (("1 / out",),),
        },
    ),
    Mistake(
        "power-not-lowered",
        "the power is not lowered",
        "At {formula} the power rule lowers the exponent by one.",
        {
            "square": (("2 * a^2",),),
            "L2": (("2 * a^2",),),
            "pow": (("b * a^b", None),),
        },
    ),
    Mistake(
        "denominator-not-squared",
        "the denominator is not squared",
        "At {formula} the slope with respect to the denominator has the denominator squared "
        "below the line.",
        {"div": ((None, "-a / b"),), "1/x": (("-1 / a",),)},
    ),
    Mistake(
        "square-in-the-wrong-place",
        "the square of the quotient rule is in the wrong place",
        "At {formula} it is the denominator that is squared, and nothing else.",
        {"div": ((None, "-a^2 / b"), (None, "-a^2 / b^2"), ("1 / b^2", None))},
    ),
    Mistake(
        "numerator-reversed",
        "the numerator of the quotient rule is reversed",
        "At {formula} the numerator's slope comes first: (a/b)' = (a'b - ab')/b^2, with a = {a} "
        "and b = {b}.",
        {"div": (("-1 / b", "a / b^2"),)},
    ),
    Mistake(
        "quotient-of-derivatives",
        "the derivatives are divided",
        "At {formula} the derivative of the top was divided by that of the bottom; the quotient "
        "rule has two terms.",
        change=Change.QUOTIENT_OF_DERIVATIVES,
    ),
    Mistake(
        "slope-at-the-input",
        "the slope is taken at the gate's input",
        "At {formula} the slope is written with the gate's output, not with its input {a}.",
        {"sigmoid": (("(1 - a) * a",),), "tanh": (("1 - a^2",),), "exp": (("a",),)},
    ),
    Mistake(
        "mask-from-the-gradient",
        "relu's mask is taken from the gradient",
        "At {formula} the gradient passes where the input was positive, whatever the sign of the "
        "gradient.",
        {"relu": (("g * 1[g > 0]",),)},
    ),
    Mistake(
        "matmul-not-transposed",
        "a factor of the matrix product is not transposed",
        "At {formula} the other factor comes back transposed: upstream @ {b}.T for {a}, "
        "{a}.T @ upstream for {b}.",
        {"matmul": ((None, "a @ g"), ("g @ b", None), ("b @ g.T", None), ("g @ b", "a @ g"))},
    ),
    Mistake(
        "matmul-wrong-order",
        "the factors of the matrix product are in the wrong order",
        "At {formula} the order matters: the upstream stands on the left for {a}, and on the "
        "right for {b}.",
        {"matmul": (("b.T @ g", "g @ a.T"), (None, "g @ a.T"), ("b.T @ g", None))},
    ),
    Mistake(
        "matmul-elementwise",
        "the matrix product is undone element by element",
        "At {formula} the gradient is a matrix product with the transposed factor, not a product "
        "element by element.",
        {"matmul": (("g * b", None), (None, "g * a"))},
    ),
    Mistake(
        "copies-not-summed",
        "the sum over the copies is missing",
        "To fit the shape of {node}, {a} was copied, so its gradient is the sum over the copies.",
        change=Change.COPIES_NOT_SUMMED,
    ),
    Mistake(
        "base-case",
        "the base case is a value",
        "The backward pass starts with the slope of {node} with respect to {node} itself, not with "
        "a value ({value}).",
        change=Change.BASE_CASE,
    ),
    Mistake(
        "value-for-gradient",
        "the value is given where the gradient was asked",
        "This is the value of {node}; its gradient was asked.",
        change=Change.VALUE_FOR_GRADIENT,
    ),
    Mistake(
        "value-for-slope",
        "the value is taken for the slope",
        "At {formula} the slope can be worked out from the gate's value, but it is neither that "
        "value nor 1 minus it.",
        {"sigmoid": (("out",), ("1 - out",)), "tanh": (("out",), ("1 - out",))},
        since=2,
    ),
    Mistake(
        "value-for-derivative",
        "the value is given where the derivative was asked",
        "This is the value of {a}; how fast {node} changes was asked.",
        change=Change.VALUE_FOR_DERIVATIVE,
        since=2,
    ),
    Mistake(
        "upstream-included",
        "the upstream is included",
        "The derivative of {node} alone was asked: the upstream ∂{output}/∂{node} does not belong "
        "in it.",
        change=Change.UPSTREAM_INCLUDED,
        since=2,
    ),
    Mistake(
        "other-factor",
        "the factor is taken from another gate",
        "At {formula} the gradient of {input} does not come from the value of {a}, which does not "
        "stand there.",
        change=Change.OTHER_FACTOR,
        since=2,
    ),
)

BY_NAME: dict[str, Mistake] = {mistake.name: mistake for mistake in MISTAKES}
