"""Say which of a learner's names was read as something else: xy is one name, T is no transpose."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.graph.functions import CALLS
from backprop_cli.language.syntax import Expression, Term

MAX_NAME_CHARS = 40
"""Characters of the longest name that is taken apart."""


def undefined_name_error(
    expression: Expression, missing: Iterable[str], given: Mapping[str, Any]
) -> BackpropError | None:
    """The error for a name without a value that was meant as something else, if one was."""
    terms = expression.terms
    for name in missing:
        term = next(term for term in terms if term.op == "name" and term.payload == name)
        hint = _transposed(expression, term) or _taken_apart(name, given)
        if hint is not None:
            span = (term.start, term.end)
            return BackpropError(f"no value for {name}", expression.source, span, hint)
    return None


def _transposed(expression: Expression, term: Term) -> str | None:
    """What W^T was meant to be."""
    if term.payload != "T":
        return None
    terms, source = expression.terms, expression.source
    for power in terms:
        if power.op == "^" and terms[power.args[1]] is term:
            base = terms[power.args[0]]
            text = source[base.start : base.end] if base.op == "name" else "W"
            return f"for the transpose write {text}.T"
    return None


def _taken_apart(name: str, given: Mapping[str, Any]) -> str | None:
    """The product or the call that a name of several given names was meant to be."""
    if len(name) > MAX_NAME_CHARS:
        return None
    parts = _parts(name, given)
    if len(parts) > 1:
        what = f"{name} is one name; for a product write"
        return f"{what} {_times(parts, given).join(parts)}"
    for function in sorted(CALLS, key=len, reverse=True):
        if name.startswith(function) and name[len(function) :] in given:
            return f"{name} is one name; did you mean {function}({name[len(function) :]})?"
    return None


def _times(parts: list[str], given: Mapping[str, Any]) -> str:
    """The sign of their product: @ for a matrix and another array."""
    axes = [getattr(given[part], "ndim", 0) for part in parts]
    return "@" if 2 in axes and 0 not in axes else "*"


def _parts(name: str, known: Collection[str]) -> list[str]:
    """The known names that `name` is made of, the fewest that there are; none, if it is not."""
    found: list[list[str] | None] = [[]]
    for end in range(1, len(name) + 1):
        ways = [
            [*before, name[start:end]]
            for start, before in enumerate(found)
            if before is not None and name[start:end] in known
        ]
        found.append(min(ways, key=len) if ways else None)
    return found[-1] or []
