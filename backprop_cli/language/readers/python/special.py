"""Calls whose arguments say more than values: shapes, slopes, lists of arrays, library defaults."""

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backprop_cli.language.readers.python.values import Values


class Call(NamedTuple):
    """A call that is being read."""

    values: "Values"
    node: ast.Call
    name: str
    """The function in the language of formulas."""
    args: list[ast.expr]
    """Its arguments by position, the owner of a method being the first."""
    keywords: Mapping[str, ast.expr]
    library: str
    """The module that it is called from, its first name; empty where there is none."""

    def term(self, name: str, *args: int) -> int:
        """A function or an operator of terms, which stands where the call stands."""
        return self.values.call(name, args, self.node)

    def keyword(self, word: str, value: float) -> int:
        """An argument that has a name."""
        number = self.values.number(value, self.node)
        return self.values.add("keyword", (number,), word, self.node)

    def value(self, place: int) -> int:
        """The term of an argument."""
        if place >= len(self.args):
            raise self.values.fail(self.node, f"{self.name} is called without a value")
        return self.values.value(self.args[place])

    def option(self, word: str, place: int) -> ast.expr | None:
        """An argument that may be given by its name or by its position."""
        return self.keywords.get(word, self.args[place] if place < len(self.args) else None)

    def known(self, *words: str) -> None:
        """See that no other argument has a name.

        Raises:
            BackpropError: if one has: to leave it out would be silent.
        """
        other = next((word for word in self.keywords if word not in (*words, *IGNORED_WORDS)), None)
        if other is not None:
            where = self.keywords[other]
            raise self.values.fail(where, f"the argument {other}= cannot be read here")

    def axis(self, place: int) -> float | None:
        """The axis that is given; None where none is."""
        given = self.option("axis", place) or self.keywords.get("dim")
        axis = None if given is None else self.values.known(given)
        if given is not None and axis is None:
            raise self.values.fail(given, "an axis must be a known number")
        return axis


IGNORED_WORDS = frozenset({"dtype", "requires_grad", "device", "inplace", "out"})
"""Arguments that say nothing about the value."""

FROM_THE_END = ("torch", "F", "nn", "jax", "tf", "tensorflow", "functional", "keras")
"""Libraries whose softmax goes along the last axis where none is named."""


def _reshape(call: Call) -> int:
    """x.reshape(2, -1), x.view((2, 3)), with sizes that are known."""
    call.known("newshape", "shape", "order")
    sizes = call.args[1:] or [call.keywords[w] for w in ("newshape", "shape") if w in call.keywords]
    if len(sizes) == 1 and isinstance(sizes[0], ast.Tuple | ast.List):
        sizes = list(sizes[0].elts)
    for size in sizes:
        call.values.know(size)
    return call.term("reshape", call.value(0), *map(call.values.value, sizes))


def _clip(call: Call) -> int:
    """np.clip(x, 0, 1), x.clamp(min=0): one bound may be missing."""
    call.known("min", "max", "a_min", "a_max")
    low, high = (
        next((found for found in (call.keywords.get(w) for w in words) if found), None)
        or (call.args[place] if place < len(call.args) else None)
        for place, words in ((1, ("min", "a_min")), (2, ("max", "a_max")))
    )
    term = call.value(0)
    for name, bound in (("max", low), ("min", high)):
        if bound is not None and not (isinstance(bound, ast.Constant) and bound.value is None):
            term = call.term(name, term, call.values.value(bound))
    return term


def _norm(call: Call) -> int:
    """np.linalg.norm(x, 1): the second argument is which norm."""
    call.known("ord", "p", "axis", "dim", "keepdims", "keepdim")
    told = call.option("ord", 1) or call.keywords.get("p")
    which = told.value if isinstance(told, ast.Constant) else told
    name = _NORMS.get(str(which))
    if name is None:
        raise call.values.fail(told or call.node, "this norm is not read", "write 1, 2 or 'fro'")
    axis = call.axis(2)
    keep = call.keywords.get("keepdims") or call.keywords.get("keepdim")
    if axis is None:
        return call.term(name, call.value(0))
    if name == "norm_1":
        raise call.values.fail(call.node, "write np.abs(x).sum(axis=…) for it")
    aside = [call.keyword("axis", axis)]
    if isinstance(keep, ast.Constant) and keep.value:
        aside.append(call.keyword("keepdims", 1))
    return call.term("norm", call.value(0), *aside)


_NORMS = {"None": "norm", "2": "norm_2", "1": "norm_1", "fro": "norm_F"}


def _transpose(call: Call) -> int:
    """K.T, K.transpose(0, 1), K.transpose(-2, -1), K.permute(1, 0)."""
    call.known("axes")
    given = call.args[1:] or [call.keywords[word] for word in ("axes",) if word in call.keywords]
    if len(given) == 1 and isinstance(given[0], ast.Tuple | ast.List):
        given = list(given[0].elts)
    axes = [call.values.known(axis) for axis in given]
    if axes and axes not in ([1, 0], [-1, -2]) and call.name == "permute":
        raise call.values.fail(call.node, "only rows and columns can change places")
    if axes and sorted(0 if axis is None else axis % 2 for axis in axes) != [0, 1]:
        raise call.values.fail(call.node, "only rows and columns can change places")
    return call.term("transpose", call.value(0))


def _einsum(call: Call) -> int:
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


def _concat(call: Call) -> int:
    """np.concatenate([a, b], axis=1), np.append(x, 1), np.hstack((a, b))."""
    call.known("axis", "dim")
    parts = call.args
    if isinstance(parts[0] if parts else None, ast.Tuple | ast.List):
        axis, parts = call.axis(1), parts[0].elts  # type: ignore[attr-defined]
    else:
        axis, parts = call.axis(2), parts[:2]
    if not parts:
        raise call.values.fail(call.node, "there is nothing to put together")
    terms = [call.values.value(part) for part in parts]
    aside = [] if axis is None else [call.keyword("axis", axis)]
    return call.term("concat", *terms, *aside)


def _stack(call: Call) -> int:
    """np.stack([a, b]) and np.vstack: rows; with axis=1 and np.column_stack: columns."""
    call.known("axis", "dim")
    parts = call.args[0] if call.args else None
    if not isinstance(parts, ast.Tuple | ast.List):
        raise call.values.fail(call.node, f"{call.name} is read of a list only, [a, b]")
    rows = call.values.add("list", [call.values.value(part) for part in parts.elts], "", call.node)
    axis = 1.0 if call.name == "column_stack" else call.axis(1) or 0.0
    if axis not in (0, 1, -1):
        raise call.values.fail(call.node, "an axis is 0 or 1")
    return call.term("transpose", rows) if axis else rows


def _squeeze(call: Call) -> int:
    """x.squeeze(): the axes of length 1 are left out."""
    call.known("axis", "dim")
    shape = call.values.shape_of(call.args[0])
    if shape is None:
        raise call.values.fail(call.node, "squeeze depends on a shape", "write x.reshape(3)")
    axis = call.axis(1)
    wanted = [
        n for place, n in enumerate(shape) if n > 1 or axis not in (None, place, place - len(shape))
    ]
    value = call.value(0)
    if not wanted:
        zeros = [call.values.number(0, call.node) for _ in shape]
        return call.values.add("index", (value, *zeros), "", call.node) if zeros else value
    return call.term("reshape", value, *(call.values.number(n, call.node) for n in wanted))


def _unsqueeze(call: Call) -> int:
    """x.unsqueeze(0) is a matrix of one row, x.unsqueeze(1) of one column."""
    call.known("axis", "dim")
    return as_matrix(call.values, call.value(0), call.axis(1) == 0, call.node)


def as_matrix(values: "Values", vector: int, is_row: bool, node: ast.AST) -> int:
    """A vector as a matrix of one row or one column: x[None, :] and x[:, None]."""
    sizes = (1, -1) if is_row else (-1, 1)
    return values.add("call", (vector, *(values.number(n, node) for n in sizes)), "reshape", node)


def _linear(call: Call) -> int:
    """F.linear(x, W, b) is x Wᵀ + b."""
    call.known("bias")
    turned = call.term("transpose", call.value(1))
    product = call.term("@", call.value(0), turned)
    bias = call.option("bias", 2)
    return product if bias is None else call.term("+", product, call.values.value(bias))


def _leaky_relu(call: Call) -> int:
    """A slope of its own, F.leaky_relu(x, 0.2), makes it where(x > 0, x, 0.2*x)."""
    call.known("negative_slope", "alpha")
    slope = call.option("negative_slope", 1) or call.keywords.get("alpha")
    own = {"tf": 0.2, "tensorflow": 0.2, "keras": 0.3}.get(call.library)
    value = call.value(0)
    if slope is None and own is None:
        return call.term("leaky_relu", value)
    values = call.values
    factor = values.number(own or 0, call.node) if slope is None else values.value(slope)
    zero = values.number(0, call.node)
    positive = values.add("compare", (value, zero), ">", call.node)
    return call.term("where", positive, value, call.term("*", factor, value))


def _elu(call: Call) -> int:
    call.known("alpha")
    alpha = call.option("alpha", 1)
    value = call.value(0)
    return call.term("elu", value, *([] if alpha is None else [call.values.value(alpha)]))


def _gelu(call: Call) -> int:
    """With the error function, or with tanh: JAX takes tanh where nothing is said."""
    call.known("approximate")
    told = call.option("approximate", 1)
    said = ast.literal_eval(told) if isinstance(told, ast.Constant) else None
    if told is not None and said not in (True, False, "none", "tanh"):
        raise call.values.fail(told, "this form of gelu is not known", "write tanh or none")
    near = said in (True, "tanh") or (told is None and call.library == "jax")
    return call.term("gelu_tanh" if near else "gelu", call.value(0))


def _softmax(call: Call) -> int:
    call.known("axis", "dim")
    axis = call.axis(1)
    if axis is None and call.library in FROM_THE_END:
        shape = call.values.shape_of(call.args[0]) if call.args else None
        axis = None if shape is not None and len(shape) < 2 else -1.0
    aside = [] if axis is None else [call.keyword("axis", axis)]
    return call.term(call.name, call.value(0), *aside)


def _spread(call: Call) -> int:
    """np.var divides by n, torch.var by n - 1, where nothing is said."""
    words = ("ddof", "correction", "unbiased")
    call.known("axis", "dim", "keepdims", "keepdim", *words)
    given = next((call.keywords[word] for word in words if word in call.keywords), None)
    if given is None:
        is_torch = call.library == "torch" or (not call.library and call.values.has_torch)
        ddof = float(is_torch)
    elif isinstance(given, ast.Constant) and isinstance(given.value, int) and 0 <= given.value <= 1:
        ddof = float(given.value)
    else:
        raise call.values.fail(given, "this must be 0 or 1")
    aside = [] if call.axis(1) is None else [call.keyword("axis", call.axis(1) or 0.0)]
    keep = call.keywords.get("keepdims") or call.keywords.get("keepdim")
    if isinstance(keep, ast.Constant) and keep.value:
        aside.append(call.keyword("keepdims", 1))
    if ddof:
        aside.append(call.keyword("ddof", ddof))
    return call.term(call.name, call.value(0), *aside)


def _labelled(call: Call) -> int:
    """A loss of scores and labels: its mean, as where nothing else is said."""
    call.known("reduction", "target", "input")
    told = call.keywords.get("reduction")
    if told is not None and not (isinstance(told, ast.Constant) and told.value == "mean"):
        raise call.values.fail(told, "only reduction='mean' is read", "multiply the mean by n")
    target = call.keywords.get("target")
    second = call.value(1) if target is None else call.values.value(target)
    return call.term(call.name, call.value(0), second)


def _one_hot(call: Call) -> int:
    call.known("num_classes", "depth")
    count = call.option("num_classes", 1) or call.keywords.get("depth")
    if count is None:
        raise call.values.fail(call.node, "the number of classes is missing", "write one_hot(y, 3)")
    return call.term("onehot", call.value(0), call.values.value(count))


def _sized(call: Call) -> int:
    """np.ones((2, 3)), torch.ones(2, 3), np.eye(3)."""
    call.known("shape", "size")
    sizes = call.args or [call.keywords[w] for w in ("shape", "size") if w in call.keywords]
    if len(sizes) == 1 and isinstance(sizes[0], ast.Tuple | ast.List):
        sizes = list(sizes[0].elts)
    for size in sizes:
        call.values.know(size)
    known = [call.values.known(size) for size in sizes]
    if not sizes or None in known:
        what = f"{call.name} needs sizes that are known numbers"
        raise call.values.fail(call.node, what, "write them as numbers, or give it as an input")
    return call.term(call.name, *(call.values.number(n or 0, call.node) for n in known))


SPECIAL: dict[str, Callable[[Call], int]] = {
    "reshape": _reshape,
    "concat": _concat,
    **dict.fromkeys(("transpose", "permute", "swapaxes"), _transpose),
    "einsum": _einsum,
    "norm": _norm,
    "clip": _clip,
    "hstack": _concat,
    "vstack": _stack,
    "stack": _stack,
    "column_stack": _stack,
    "squeeze": _squeeze,
    "unsqueeze": _unsqueeze,
    "linear": _linear,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "gelu": _gelu,
    "softmax": _softmax,
    "log_softmax": _softmax,
    "var": _spread,
    "std": _spread,
    "onehot": _one_hot,
    **dict.fromkeys(("ones", "zeros", "eye"), _sized),
    **dict.fromkeys(("mse", "mae", "bce", "bce_with_logits", "nll", "cross_entropy"), _labelled),
}
"""Name of a function in the language of formulas -> who reads a call of it."""
