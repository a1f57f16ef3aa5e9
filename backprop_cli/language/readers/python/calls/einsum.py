"""Sums over letters, np.einsum("ij,j->i", W, x), where each is one product or sum."""

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from backprop_cli.language.readers.python.calls.call import Call

if TYPE_CHECKING:
    pass


def einsum(call: Call) -> int:
    """np.einsum("ij,j->i", W, x), where it is one product or sum."""
    call.known()
    told = call.args[0] if call.args else None
    text = told.value if isinstance(told, ast.Constant) and isinstance(told.value, str) else ""
    letters = {
        letter: chr(105 + n) for n, letter in enumerate(dict.fromkeys(filter(str.isalpha, text)))
    }
    form = "".join(letters.get(sign, sign) for sign in text if sign != " ")
    meant = _SUMS.get(form)
    if meant is None:
        raise call.values.fail(
            call.node, f"this sum is not read: {text}", "write it with @, * and sum"
        )
    args = [call.value(place) for place in range(1, len(call.args))]
    if len(args) != form.count(",") + 1:
        raise call.values.fail(call.node, f"{text} needs {form.count(',') + 1} arrays")
    return meant(call, args)


def _sum_of(call: Call, term: int, axis: float | None = None) -> int:
    return call.term("sum", term, *([] if axis is None else [call.keyword("axis", axis)]))


_SUMS: dict[str, Callable[[Call, list[int]], int]] = {
    "ij,j->i": lambda call, a: call.term("@", *a),
    "ij,jk->ik": lambda call, a: call.term("@", *a),
    "i,ij->j": lambda call, a: call.term("@", call.term("transpose", a[0]), a[1]),
    "ij,kj->ik": lambda call, a: call.term("@", a[0], call.term("transpose", a[1])),
    "ij,ik->jk": lambda call, a: call.term("@", call.term("transpose", a[0]), a[1]),
    "i,i->": lambda call, a: call.term("dot", *a),
    "i,i": lambda call, a: call.term("dot", *a),
    "ij,ij->": lambda call, a: call.term("dot", *a),
    "i,j->ij": lambda call, a: call.term("outer", *a),
    "i,i->i": lambda call, a: call.term("*", *a),
    "ij,ij->ij": lambda call, a: call.term("*", *a),
    "ij,ij->i": lambda call, a: _sum_of(call, call.term("*", *a), 1),
    "ij->ji": lambda call, a: call.term("transpose", *a),
    "ij->": lambda call, a: _sum_of(call, *a),
    "i->": lambda call, a: _sum_of(call, *a),
    "ij->i": lambda call, a: _sum_of(call, a[0], 1),
    "ij->j": lambda call, a: _sum_of(call, a[0], 0),
    "ii->": lambda call, a: call.term("trace", *a),
    "ii": lambda call, a: call.term("trace", *a),
    "ii->i": lambda call, a: call.term("diag", *a),
}
"""An einsum with its letters as i, j, k in order of appearance -> what it is."""
