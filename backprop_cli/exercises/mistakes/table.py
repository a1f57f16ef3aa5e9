"""The table of mistakes: one mistake, one row. A mistake is another rule, or a changed pass.

The rules are texts in the language of the gates' own (`g` the upstream, `a, b` the
inputs, `out` the output; a text without `g` is multiplied by it), so what a learner with
this idea would write is found by running them. They are made of each gate's own rules by
the transformation that the row names. Where the rows come from: wrong-answer
nodes that teachers wrote by hand for public calculus questions, CS231n's notes
("Backpropagation, Intuitions"), and questions on public forums.
"""

from backprop_cli.exercises.mistakes import (
    answer_changes,
    gate_rules,
    matrix_rules,
    pass_changes,
    power_rules,
)
from backprop_cli.exercises.mistakes.mistake import Mistake
from backprop_cli.exercises.mistakes.rule_changes import Transformed
from backprop_cli.language.question import FORMULA, PATTERN

_TIED = "At {formula} inputs are equal, and none of them wins: the gradient is split evenly."

_SIGN_OF_COSINE = {"sin": (("-cos(a)",),)}
"""Who mixes up the derivatives of sin and cos mixes up their signs."""

MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "mul-not-switched",
        "the mul gate is not switched",
        "At {formula} the gradient of {input} is not the upstream times {input} itself: the gate "
        "switches its inputs.",
        Transformed(gate_rules.not_switched),
        title_at="the {gate} gate is not switched",
        reveals=(PATTERN,),
    ),
    Mistake(
        "local-factor-lost",
        "the gate passes the gradient straight through",
        "At {formula} the upstream was passed on as it is; it must be multiplied by the local "
        "derivative.",
        Transformed(gate_rules.local_factor_lost),
    ),
    Mistake(
        "upstream-dropped",
        "the upstream is dropped",
        "At {formula} only the local derivative was sent on; the chain rule multiplies it by the "
        "upstream, ∂{output}/∂{node}.",
        pass_changes.UpstreamDropped(),
    ),
    Mistake(
        "product-of-derivatives",
        "the derivatives are multiplied",
        "At {formula} the derivatives of both factors were multiplied; the product rule adds "
        "two terms, one for each factor.",
        pass_changes.PRODUCT_OF_DERIVATIVES,
    ),
    Mistake(
        "fork-overwritten",
        "only one of the paths is counted",
        "The gradient of {node}, which is used more than once, is the sum of what comes back by "
        "every path: contributions add up.",
        pass_changes.ForkOverwritten(),
    ),
    Mistake(
        "max-to-both",
        "the gate sends the gradient to all inputs",
        "At {formula} {route}.",
        Transformed(gate_rules.sent_to_all),
        at_tie=_TIED,
        reveals=(PATTERN,),
    ),
    Mistake(
        "max-to-wrong-input",
        "the gate routes the gradient to the wrong input",
        "At {formula} the gradient goes to the input whose value was taken, not to the other.",
        Transformed(gate_rules.sent_to_another),
        at_tie=_TIED,
        reveals=(PATTERN,),
    ),
    Mistake(
        "add-scales",
        "the add gate scales by the value",
        "At {formula} no value comes in: {shares}.",
        Transformed(gate_rules.scaled_by_value),
        title_at="the {gate} gate scales by the value",
        reveals=(PATTERN,),
    ),
    Mistake(
        "sign-lost",
        "a sign is lost",
        "At {formula} {slope} has the other sign.",
        Transformed(gate_rules.sign_lost, _SIGN_OF_COSINE),
    ),
    Mistake(
        "sign-turned",
        "a sign is turned",
        "At {formula} {slope} is {sign}.",
        Transformed(gate_rules.sign_turned, {"sin": ()}),
    ),
    Mistake(
        "factor-lost",
        "a factor of the power rule is lost",
        "At {formula} the power rule brings the exponent down as a factor, and leaves a power "
        "that is one lower.",
        Transformed(power_rules.power_factor_lost),
    ),
    Mistake(
        "power-not-lowered",
        "the power is not lowered",
        "At {formula} the power rule lowers the exponent by one.",
        Transformed(power_rules.power_not_lowered),
    ),
    Mistake(
        "denominator-not-squared",
        "the denominator is not squared",
        "At {formula} the slope with respect to the denominator has the denominator squared "
        "below the line.",
        Transformed(power_rules.denominator_not_squared),
    ),
    Mistake(
        "square-in-the-wrong-place",
        "the square of the quotient rule is in the wrong place",
        "At {formula} only the slope with respect to the denominator has a square: that of the "
        "denominator, below the line.",
        Transformed(power_rules.square_in_the_wrong_place),
    ),
    Mistake(
        "numerator-reversed",
        "the numerator of the quotient rule is reversed",
        "At {formula} the numerator's slope comes first: (a/b)' = (a'b - ab')/b^2, with a = {a} "
        "and b = {b}.",
        Transformed(power_rules.numerator_reversed),
        reveals=(FORMULA,),
    ),
    Mistake(
        "quotient-of-derivatives",
        "the derivatives are divided",
        "At {formula} the derivative of the top was divided by that of the bottom; the quotient "
        "rule has two terms.",
        pass_changes.QUOTIENT_OF_DERIVATIVES,
    ),
    Mistake(
        "slope-at-the-input",
        "the slope is taken at the gate's input",
        "At {formula} the slope is written with the gate's output, not with its input {a}.",
        Transformed(power_rules.slope_at_input),
    ),
    Mistake(
        "mask-from-the-gradient",
        "relu's mask is taken from the gradient",
        "At {formula} the gradient passes where the input was positive, whatever the sign of the "
        "gradient.",
        Transformed(gate_rules.mask_of_gradient),
        reveals=(PATTERN,),
    ),
    Mistake(
        "mask-inverted",
        "relu's mask is the wrong way round",
        "At {formula} the gradient passes where the input was positive, and nowhere else.",
        Transformed(gate_rules.mask_inverted),
        reveals=(PATTERN,),
        since=3,
    ),
    Mistake(
        "matmul-not-transposed",
        "a factor of the matrix product is not transposed",
        "At {formula} the other factor comes back transposed: upstream @ {b}.T for {a}, "
        "{a}.T @ upstream for {b}.",
        Transformed(matrix_rules.not_transposed),
        reveals=(FORMULA,),
    ),
    Mistake(
        "matmul-wrong-order",
        "the factors of the matrix product are in the wrong order",
        "At {formula} the order matters: the upstream stands on the left for {a}, and on the "
        "right for {b}.",
        Transformed(matrix_rules.in_wrong_order),
        reveals=(FORMULA,),
    ),
    Mistake(
        "matmul-elementwise",
        "the matrix product is undone element by element",
        "At {formula} the gradient is a matrix product of the upstream and the other factor, not "
        "a product element by element.",
        Transformed(matrix_rules.element_by_element),
    ),
    Mistake(
        "copies-not-summed",
        "the sum over the copies is missing",
        "To fit the shape of {node}, {a} was copied, so its gradient is the sum over the copies.",
        pass_changes.CopiesNotSummed(),
    ),
    Mistake(
        "base-case",
        "the base case is a value",
        "The backward pass starts with the slope of {node} with respect to {node} itself, not with "
        "a value.",
        pass_changes.BaseCase(),
    ),
    Mistake(
        "value-for-gradient",
        "the value is given where the gradient was asked",
        "This is the value of {node}; its gradient was asked.",
        pass_changes.ValueForGradient(),
    ),
    Mistake(
        "value-for-slope",
        "the value is taken for the slope",
        "At {formula} the slope can be worked out from the gate's value, but it is neither that "
        "value nor 1 minus it.",
        Transformed(power_rules.value_for_slope),
        since=2,
    ),
    Mistake(
        "value-for-derivative",
        "the value is given where the derivative was asked",
        "This is the value of {a}; how fast {node} changes was asked.",
        answer_changes.ValueForDerivative(),
        since=2,
    ),
    Mistake(
        "upstream-included",
        "the upstream is included",
        "The derivative of {node} alone was asked: the upstream ∂{output}/∂{node} does not belong "
        "in it.",
        answer_changes.UpstreamIncluded(),
        since=2,
    ),
    Mistake(
        "other-factor",
        "the factor is taken from another gate",
        "At {formula} the gradient of {input} does not come from the value of {a}, which does not "
        "stand there.",
        answer_changes.OtherFactor(),
        since=2,
    ),
)

BY_NAME: dict[str, Mistake] = {mistake.name: mistake for mistake in MISTAKES}
