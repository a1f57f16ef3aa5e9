"""Word the reasons of marks: the same sentence on a screen, in a lesson, in JSON and on a page."""

from collections.abc import Callable

from backprop_cli.exercises.model.reason import Finding, Reason, ReasonCode

ROUNDED = "It is rounded too far: give more digits, and do not round on the way."
UNEXPLAINED_ALONE = "This is not it, and no mistake that is known to this tool explains it."
FORMULA_ASKED = "A formula is asked, in the names of the circuit: one that holds for any numbers."
SHAPE_RULE = "A gradient has the shape of its variable."
UNEXPLAINED = "Here it goes wrong; no mistake that is known to this tool explains it."

MAX_EXPLANATIONS = 3
"""Explanations that are worded, of those that fit equally well."""

_COUNTS = {2: "Two mistakes explain", 3: "Three mistakes explain"}


def worded(reason: Reason) -> str:
    """The sentences that say a reason; empty where there is none."""
    found = _SENTENCES[reason.code]
    return found if isinstance(found, str) else found(reason)


def finding(found: Finding) -> str:
    """What went wrong, and what helps."""
    says = found.says
    for name, text in found.fields.items():
        says = says.replace(f"{{{name}}}", text)
    where = f" (at {', '.join(found.at)})" if found.at else ""
    return f"{capitalised(found.title)}{where}. {says}"


def capitalised(text: str) -> str:
    """The text with its first letter large, and the others as they are."""
    return text[:1].upper() + text[1:]


def _mistake(reason: Reason) -> str:
    each = [" And: ".join(map(finding, together)) for together in reason.findings]
    if len(each) == 1:
        return each[0]
    count = _COUNTS.get(len(each), "Several mistakes explain")
    first = enumerate(each[:MAX_EXPLANATIONS], start=1)
    listed = " ".join(f"({number}) {text}" for number, text in first)
    return f"{count} this equally well: {listed}"


def _other_shape(reason: Reason) -> str:
    rule = f" {SHAPE_RULE}" if reason.is_gradient else ""
    return f"It is {reason.got}, and {reason.expected} is wanted.{rule}"


def _other_shape_named(reason: Reason) -> str:
    return f"{SHAPE_RULE[:-1]}: look at {reason.node}." if reason.is_gradient else ""


def _other_pattern(reason: Reason) -> str:
    if not reason.gate:
        return f"{reason.node} is used more than once."
    return f"{reason.node} is {'an' if reason.gate[0] in 'aeiou' else 'a'} {reason.gate} gate."


def _unreadable(reason: Reason) -> str:
    return f"It cannot be read: {reason.got}{'' if reason.got.endswith('?') else '.'}"


def _other_option(reason: Reason) -> str:
    return f"Not {reason.got}: work out each of them, and compare."


def _other_sign(reason: Reason) -> str:
    if reason.is_gradient:
        return "Look at the signs of what is multiplied, one edge at a time."
    return "Work the number out, and see on which side of 0 it is."


_SENTENCES: dict[ReasonCode, str | Callable[[Reason], str]] = {
    # Of a class the sentence is made with its example: see `code.words`.
    **dict.fromkeys(ReasonCode, lambda reason: reason.got),
    ReasonCode.NONE: "",
    ReasonCode.UNREADABLE: _unreadable,
    ReasonCode.GATE_NAMED: lambda reason: f"That is {reason.got}: what does it do to the gradient?",
    ReasonCode.UNEXPLAINED_ALONE: UNEXPLAINED_ALONE,
    ReasonCode.NOT_IT: "That is not it.",
    ReasonCode.NUMBER_FOR_FORMULA: FORMULA_ASKED,
    ReasonCode.RIGHT_NUMBER: f"Right for the numbers of this circuit. {FORMULA_ASKED}",
    ReasonCode.OTHER_OPTION: _other_option,
    ReasonCode.OTHER_SIGN: _other_sign,
    ReasonCode.OTHER_PLANTED: (
        "Another rule was broken: redo the wrong line by yourself, and compare."
    ),
    ReasonCode.NOT_EQUAL: "Work out both numbers, and compare them.",
    ReasonCode.NOT_RUN: "Code is not run here.",
    ReasonCode.MISTAKE: _mistake,
    ReasonCode.PERHAPS: lambda reason: f"Perhaps: {_mistake(reason)}",
    ReasonCode.SAME_MISTAKE: lambda reason: f"The same mistake as in {reason.node}.",
    ReasonCode.UNEXPLAINED: UNEXPLAINED,
    ReasonCode.UNEXPLAINED_LATER: "It does not follow from your own earlier answers either.",
    ReasonCode.SLIP_OF_SIGN: "Its sign is wrong, and the rest is right.",
    ReasonCode.SLIP_OF_DIGIT: "One digit is wrong, or stands at another place.",
    ReasonCode.EXCHANGED: lambda reason: f"It is exchanged with the answer to {reason.node}.",
    ReasonCode.COPIED: lambda reason: f"It is the same number as the answer to {reason.node}.",
    ReasonCode.ROUNDED: ROUNDED,
    ReasonCode.OTHER_SHAPE: _other_shape,
    ReasonCode.OTHER_VALUE: lambda reason: (
        f"This is not what {reason.formula} gives for its inputs."
    ),
    ReasonCode.OTHER_SHAPE_NAMED: _other_shape_named,
    ReasonCode.OTHER_PATTERN: _other_pattern,
    ReasonCode.LINE_TOO_EARLY: "This line is right: the wrong one comes later.",
    ReasonCode.LINE_TOO_LATE: "This line follows from those before it.",
    ReasonCode.FOLLOWS: "Right for your own earlier answers.",
    ReasonCode.FOLLOWS_UNPAID: "Right for your own earlier answers, which earns nothing here.",
    ReasonCode.FOLLOWS_UNSHOWN: (
        "It follows from your own earlier answers, but with these a wrong rule gives the same."
    ),
    ReasonCode.FOLLOWS_ELSEWHERE: (
        "It follows from your own earlier answers, but these are for other inputs than yours."
    ),
    ReasonCode.OTHER_FORMULA: lambda reason: f"{capitalised(reason.got)}.",
    ReasonCode.RIGHT_HERE: lambda reason: (
        f"Right for the inputs of this exercise, and not everywhere: {reason.got}."
    ),
    ReasonCode.UNDECIDED: lambda reason: f"For the teacher to decide. {capitalised(reason.got)}.",
}
