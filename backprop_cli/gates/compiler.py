"""Turn a rule's text into a Python function, so that the rule shown is the rule run."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.gates.emitter import Emitter, named
from backprop_cli.gates.shape_rules.value_type import Types, ValueType
from backprop_cli.language.parser import parse
from backprop_cli.language.syntax import Expression

MAX_RULE = 2_000
"""Characters of the longest rule."""

MAX_COMPILED = 4096
"""Rules that are kept: those of all gates and mistakes, and some that somebody else wrote."""


class Function(NamedTuple):
    """A compiled rule."""

    run: Callable[..., Any]
    type: ValueType


@lru_cache(maxsize=MAX_COMPILED)
def rule(text: str) -> Expression:
    """The parsed text of a rule.

    Raises:
        BackpropError: if it cannot be read or is longer than `MAX_RULE`.
    """
    if len(text) > MAX_RULE:
        raise BackpropError(f"a rule is longer than {MAX_RULE} characters")
    return parse(text)


COMMUTATIVE = frozenset(("+", "*", "max", "min", "dot"))
"""Signs and functions of the language whose operands may change places."""


def is_commutative(forward: str) -> bool:
    """Whether a gate that computes this gives the same with its inputs in another order."""
    top = rule(forward).terms[-1]
    return (top.payload if top.op == "call" else top.op) in COMMUTATIVE


def condition(text: str) -> Expression:
    """A condition such as `a == 0`, as the rule that is 1 where it holds and 0 elsewhere."""
    return rule(_indicator(text))


def _indicator(text: str) -> str:
    return f"1[{text}]"


def mentions(text: str, name: str) -> bool:
    """Whether the rule uses `name`."""
    return any(term.op == "name" and term.payload == name for term in rule(text).terms)


@lru_cache(maxsize=MAX_COMPILED)
def compile_rule(
    text: str, names: tuple[str, ...], types: Types, axis: int | None = None, keep: bool = True
) -> Function:
    """The rule as a function of `names`, which have these types."""
    codes = {name: named(name, type_) for name, type_ in zip(names, types, strict=True)}
    emitter = Emitter(codes, axis, keep)
    code = emitter.emit(rule(text))
    source = f"lambda {', '.join(names)}: {emitter.as_number(code)}"
    return Function(eval(source, emitter.scope), code.type)


def compile_condition(
    text: str, names: tuple[str, ...], types: Types, axis: int | None = None
) -> Function:
    """A condition as a function of `names`: 1.0 where it holds, 0.0 elsewhere."""
    return compile_rule(_indicator(text), names, types, axis)
