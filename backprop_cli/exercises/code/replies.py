"""Read what a child says that a student's gate returned. The child may be the student's own."""

from typing import Any, NamedTuple

from backprop_cli.exercises.model.reason import ReasonCode
from backprop_cli.gates.value import Array, Value

MOST = 10_000
"""Elements of the largest array that a reply may hold."""


class Unfit(Exception):
    """What was returned is not what is asked for; the text says what it is instead."""

    def __init__(self, what: str, code: ReasonCode = ReasonCode.OTHER_RESULT) -> None:
        super().__init__(what)
        self.code = code


class Played(NamedTuple):
    """The reply to one request."""

    results: list[Any]
    """For each step that was done, what it returned, still encoded."""
    error: dict[str, Any] | None
    """The exception that ended it early."""
    changed: bool
    """Arrays that were given are no longer what they were."""


class Gradients(NamedTuple):
    """What `backward` returned."""

    values: tuple[Value, ...]
    box: str
    """What they came in: list, tuple, array, number."""


def read_played(reply: Any, steps: int) -> Played | None:
    """A reply as it must be, or None where it is anything else."""
    if not isinstance(reply, dict) or not isinstance(reply.get("results"), list):
        return None
    error, results = reply.get("error"), reply["results"]
    if error is None:
        return (
            Played(results, None, reply.get("changed") is True) if len(results) == steps else None
        )
    if not isinstance(error, dict) or len(results) >= steps:
        return None
    return Played(results, read_error(error), False)


def read_error(error: dict[str, Any]) -> dict[str, Any]:
    """An exception as it must be: texts where texts belong, a line that is a number."""
    texts = {key: text(error.get(key)) for key in ("kind", "text", "name")}
    if not texts["kind"].isidentifier():
        texts["kind"] = "an exception"
    line = error.get("line")
    return {**texts, "line": line if type(line) is int and 0 < line < 10**7 else None}


def text(foreign: Any) -> str:
    """A short text; empty for anything else."""
    return foreign[:300] if isinstance(foreign, str) else ""


def read_value(encoded: Any) -> Value:
    """One number or array.

    Raises:
        Unfit: if it is neither.
    """
    kind, content = _opened(encoded)
    if kind == "number" and type(content) in (int, float):
        return _number(content)
    if kind == "array":
        return _array(content)
    raise _unfit(kind, content)


def read_gradients(encoded: Any, inputs: int) -> Gradients:
    """The gradients of a gate with this many inputs.

    Raises:
        Unfit: if it is something else, or not as many.
    """
    kind, content = _opened(encoded)
    if inputs == 1 and kind in ("number", "array"):
        return Gradients((read_value(encoded),), kind)
    if kind == "array":
        rows = [float(row) if row.ndim == 0 else row for row in _array(content)]
        return Gradients(_as_many(tuple(rows), inputs), kind)
    if kind not in ("list", "tuple") or not isinstance(content, list):
        raise _unfit(kind, content)
    values = []
    for item in _as_many(tuple(content), inputs):
        try:
            values.append(read_value(item))
        except Unfit as error:
            raise Unfit(f"a {kind} with {error}") from None
    return Gradients(tuple(values), kind)


def _as_many(values: tuple[Any, ...], inputs: int) -> tuple[Any, ...]:
    if len(values) != inputs:
        gradients = "1 gradient" if len(values) == 1 else f"{len(values)} gradients"
        raise Unfit(f"{gradients} for {'1 input' if inputs == 1 else f'{inputs} inputs'}")
    return values


def _opened(encoded: Any) -> tuple[str, Any]:
    if isinstance(encoded, dict) and len(encoded) == 1:
        ((kind, content),) = encoded.items()
        return kind, content
    return "other", ""


def _number(content: float) -> float:
    try:
        return float(content)
    except OverflowError:
        raise Unfit("a number that is too large") from None


def _array(content: Any) -> Array:
    import numpy as np

    try:
        array = np.array(content)
    except (ValueError, OverflowError, RecursionError):
        raise Unfit("an array with ragged rows") from None
    if array.dtype.kind not in "fi" or array.ndim == 0 or array.ndim > 3 or array.size > MOST:
        raise Unfit("an array that does not hold numbers")
    return array.astype(float)


def _unfit(kind: str, content: Any) -> Unfit:
    code = ReasonCode.OTHER_RESULT
    if kind == "number":
        code = ReasonCode.NO_LIST
    elif kind == "other" and text(content) == "NoneType":
        code = ReasonCode.NO_RESULT
    return Unfit(_named(kind, content), code)


def _named(kind: str, content: Any) -> str:
    if kind == "other":
        name = text(content)
        if name == "NoneType":
            return "nothing"
        return f"something of the type {name}" if name else "something else"
    article = "an" if kind == "array" else "a"
    return f"{article} {kind}" if kind in ("number", "array", "list", "tuple") else "something else"
