"""Say of a wrong vector or matrix which elements are right, and what is wrong with the others."""

from collections.abc import Callable, Iterator, Sequence
from math import isnan

from backprop_cli.exercises.diagnosis.precision import Precision
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.gates.value import Array, Gradient, Value

MAX_LISTED = 6
"""Elements that are listed one by one."""

MIN_CHANGED = 2
"""Elements from which on a common factor, or another order, is no accident."""


def array_slip(answer: Value, rights: Sequence[Gradient], precision: Precision) -> Reason | None:
    """What is wrong with an array; None for a number, and where nothing can be said.

    Args:
        answer: what was answered.
        rights: the key, and what follows from the student's own numbers.
        precision: how exactly the student writes.
    """
    for right in rights:
        if right is None or isinstance(answer, float) or isinstance(right, float):
            continue
        if answer.shape != right.shape:
            found = _of_another_shape(answer, right, precision)
        else:
            found = _of_its_shape(answer, right, precision)
        if found:
            return Reason(ReasonCode.ELEMENTS, got=found)
    return None


def _of_another_shape(answer: Array, right: Array, precision: Precision) -> str:
    if right.ndim == 2 and precision.agree(answer, right.T) and answer.shape == right.T.shape:
        return "It is transposed: rows and columns are exchanged."
    return ""


def _of_its_shape(answer: Array, right: Array, precision: Precision) -> str:
    """A sentence about all of it, or about its rows or elements; empty where none is right."""
    for says in (_whole(answer, right, precision), *_in_lines(answer, right, precision)):
        if says:
            return says
    return _in_elements(answer, right, precision)


# All of it


def _whole(answer: Array, right: Array, precision: Precision) -> str:
    if right.size < MIN_CHANGED:
        return ""
    for is_so, says in _WHOLE:
        if is_so(answer, right, precision):
            return says
    return ""


def _has_other_sign(answer: Array, right: Array, precision: Precision) -> bool:
    return bool((right != 0).any()) and precision.agree(answer, -right)


def _is_transposed(answer: Array, right: Array, precision: Precision) -> bool:
    return right.ndim == 2 and answer.shape == right.T.shape and precision.agree(answer, right.T)


def _is_reversed(answer: Array, right: Array, precision: Precision) -> bool:
    return right.ndim == 1 and precision.agree(answer, right[::-1])


def _is_in_another_order(answer: Array, right: Array, precision: Precision) -> bool:
    return len(set(right.ravel().tolist())) > 1 and all(
        map(precision.is_same, sorted(answer.ravel().tolist()), sorted(right.ravel().tolist()))
    )


def _has_rows_exchanged(answer: Array, right: Array, precision: Precision) -> bool:
    if right.ndim != 2 or len(right) < MIN_CHANGED:
        return False
    own, key = sorted(answer.tolist()), sorted(right.tolist())
    pairs = zip(own, key, strict=True)
    return all(
        precision.is_same(a, b) for one, other in pairs for a, b in zip(one, other, strict=True)
    )


def _has_a_factor(answer: Array, right: Array, precision: Precision) -> bool:
    pairs = [(a, b) for a, b in _pairs(answer, right) if a or b]
    if len(pairs) < MIN_CHANGED or not all(a and b for a, b in pairs):
        return False
    factor = max((a / b for a, b in pairs if abs(b) == max(abs(b) for _, b in pairs)), key=abs)
    return all(precision.is_same(a, factor * b) for a, b in pairs)


_WHOLE: tuple[tuple[Callable[[Array, Array, Precision], bool], str], ...] = (
    (_has_other_sign, "Each element has the wrong sign, and the rest is right."),
    (_is_transposed, "It is transposed: rows and columns are exchanged."),
    (_is_reversed, "The elements are right, and stand in the reverse order."),
    (_has_rows_exchanged, "The rows are right, and stand in another order."),
    (_is_in_another_order, "The elements are right, and stand in another order."),
    (_has_a_factor, "Each element is wrong by the same factor."),
)


# Row by row, column by column


def _in_lines(answer: Array, right: Array, precision: Precision) -> Iterator[str]:
    if right.ndim != 2:
        return
    for called, own, key in (("row", answer, right), ("column", answer.T, right.T)):
        wrong = [k for k in range(len(key)) if not precision.agree(own[k], key[k])]
        if min(key.shape) > 1 and len(wrong) == 1:
            (k,) = wrong
            what = _whole(own[k], key[k], precision)
            if what or not any(map(precision.is_same, own[k].tolist(), key[k].tolist())):
                yield f"All is right but {called} {k}.{' There: ' + _small(what) if what else ''}"


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


# Element by element


def _in_elements(answer: Array, right: Array, precision: Precision) -> str:
    where = _indices(right.shape)
    pairs = list(zip(where, _pairs(answer, right), strict=True))
    fine = [k for k, (a, b) in pairs if precision.is_same(a, b)]
    blank = [k for k, (a, _) in pairs if isnan(a)]
    turned = [k for k, (a, b) in pairs if b and precision.is_same(a, -b)]
    wrong = [k for k, _ in pairs if k not in {*fine, *blank, *turned}]
    if not fine and not blank and not turned:
        return ""
    are_most = len(fine) > max(2, len(pairs) - len(fine))
    said = [
        f"{_listed(those)} {is_}" if len(those) == 1 else f"{_listed(those)} {are}"
        for those, is_, are in (
            (() if are_most else fine, "is right", "are right"),
            (turned, "has the wrong sign", "have the wrong sign"),
            (wrong, "is wrong", "are wrong"),
            (blank, "is blank", "are blank"),
        )
        if those
    ]
    return "; ".join(said + ["the others are right"] * are_most) + "."


def _listed(places: Sequence[str]) -> str:
    if len(places) > MAX_LISTED:
        return f"{len(places)} elements"
    *first, last = places
    return f"{', '.join(first)} and {last}" if first else last


def _indices(shape: tuple[int, ...]) -> list[str]:
    """[0], [1] … of a vector, [0,0], [0,1] … of a matrix."""
    found = [""]
    for length in shape:
        found = [f"{before},{k}" if before else str(k) for before in found for k in range(length)]
    return [f"[{each}]" for each in found]


def _pairs(answer: Array, right: Array) -> list[tuple[float, float]]:
    return list(zip(answer.ravel().tolist(), right.ravel().tolist(), strict=True))
