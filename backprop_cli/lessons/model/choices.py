"""Choices: the right one is computed, as every other answer is."""

import re
from typing import Any

from backprop_cli.errors import BackpropError, did_you_mean, inert
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.generate.compose import separated
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.gates.value import number
from backprop_cli.lessons.model.lesson import Choice

KINDS = {
    "largest": "the greatest of some numbers",
    "smallest": "the least of some numbers",
    "steepest": "the number that is farthest from 0",
    "sign": "positive, negative or zero",
    "same": "whether numbers are equal: yes or no",
    "mistake": "the mistake that was planted",
}
"""Kind of choice -> what is the right option."""

FIXED = {"sign": ("positive", "negative", "zero"), "same": ("yes", "no")}
"""Options that are always the same."""

_CALL = re.compile(r"\s*(\w+)\s*\((.*)\)\s*", re.DOTALL)


def parse_choice(source: str) -> tuple[str, list[str]]:
    """The kind of a choice and its operands: `largest(df/dx, df/dy)`.

    Raises:
        BackpropError: if there is no such choice.
    """
    call = _CALL.fullmatch(source)
    if call is None or call[1] not in KINDS:
        hint = call and did_you_mean(call[1], list(KINDS))
        known = "a choice is " + ", ".join(f"{kind}(…)" for kind in KINDS)
        raise BackpropError("this is no choice", source, (0, len(source)), hint or known)
    operands = [operand.strip() for operand in separated(call[2])]
    if (len(operands) == 1) != (call[1] == "sign"):
        count = "one thing" if call[1] == "sign" else "two things or more"
        raise BackpropError(f"{call[1]}(…) is about {count}", source, call.span(2))
    return call[1], operands


def number_of(case: Case, asked: Asked) -> float:
    """The number that a question asks for."""
    (value,) = case.answers((asked,))
    return number(value)


def right_option(choice: Choice, case: Case) -> int:
    """The place of the right option; -1 where none is, or more than one."""
    if choice.kind == "mistake":
        planted = case.exercise.planted
        name = planted.mistake if planted else None
        return next((k for k, asked in enumerate(mistakes_of(choice)) if asked == name), -1)
    numbers = [number_of(case, asked) for asked in choice.operands]
    if choice.kind == "sign":
        return 0 if numbers[0] > 0 else 1 if numbers[0] < 0 else 2
    if choice.kind == "same":
        return int(any(number != numbers[0] for number in numbers))
    sizes = {
        "largest": numbers,
        "smallest": [-number for number in numbers],
        "steepest": [abs(number) for number in numbers],
    }[choice.kind]
    best = [k for k, size in enumerate(sizes) if size == max(sizes)]
    return best[0] if len(best) == 1 else -1


def mistakes_of(choice: Choice) -> list[str]:
    """The mistakes among which one chooses."""
    return parse_choice(choice.name)[1]


def read_choice(raw: str, choice: Choice) -> int | Unreadable:
    """The place of the option that was chosen: by its number, or by what it says."""
    text = _plain(raw)
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= len(choice.options):
        return int(text) - 1
    said = [_plain(option) for option in choice.options]
    names = [_plain(asked.question.wrt or asked.name) for asked in choice.operands]
    for options in (said, names):
        if len(options) == len(said) and options.count(text) == 1:
            return options.index(text)
    begun = [k for k, option in enumerate(said) if text and option.startswith(text)]
    if len(begun) == 1:
        return begun[0]
    return Unreadable(f"choose by a number, 1 to {len(choice.options)}, or type the option itself")


def _plain(text: Any) -> str:
    """As it is compared: without case, spaces and brackets around a number."""
    return "".join(inert(text).casefold().replace("∂", "d").split()).strip("().,")


def why_not(choice: Choice, picked: int) -> str:
    """What to say about a wrong option, without the right one."""
    said = choice.options[picked]
    if choice.kind == "mistake":
        return "Another rule was broken: redo the wrong line by yourself, and compare."
    if choice.kind == "sign" and choice.operands[0].wrt < 0:
        return "Work the number out, and see on which side of 0 it is."
    if choice.kind == "sign":
        return "Look at the signs of what is multiplied, one edge at a time."
    if choice.kind == "same":
        return "Work out both numbers, and compare them."
    return f"Not {said}: work out each of them, and compare."
