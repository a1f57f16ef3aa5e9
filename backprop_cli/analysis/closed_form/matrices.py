"""Products, transposes and sums of arrays, each in one canonical form."""

from math import prod

from backprop_cli.analysis.closed_form.tree import (
    ZERO,
    ExpressionTree,
    Shape,
    base_of,
    column,
    is_column,
    is_onehot,
    is_row,
    node,
    number,
    ones,
    parts,
    picked,
    power,
    product,
    row,
    total,
)


def matmul(left: ExpressionTree, right: ExpressionTree) -> ExpressionTree:
    """The matrix product, as a chain; numbers are taken out of it, and a row times a column."""
    if not left.shape or not right.shape:
        return product(left, right)
    for one, other in ((left, right), (right, left)):
        coefficient, factors = parts(one)
        if [is_identity(factor) for factor in factors if factor.shape] == [True]:
            numbers = [factor for factor in factors if not factor.shape]
            return product(number(coefficient), *numbers, other)
    at_label = _at_label(left, right)
    if at_label is not None:
        return at_label
    if len(left.shape) == 1 and len(right.shape) == 1:
        # Two vectors: their dot product, with what is a number taken out of it.
        coefficient, factors = parts(left)
        apart = [number(coefficient), *(f for f in factors if not f.shape)]
        inside = product(*(f for f in factors if f.shape))
        return product(*apart, node("@", (inside, right), "", ()))
    if len(left.shape) == 1 and right.shape[0] == left.shape[0] != 1:
        # A vector left of a matrix is its own row.
        return matmul(transpose(right), left)
    outside: list[ExpressionTree] = []
    chain: list[ExpressionTree] = []
    for side in (left, right):
        coefficient, factors = parts(side)
        outside += [number(coefficient), *(f for f in factors if not f.shape)]
        inside = product(*(f for f in factors if f.shape)) if factors else side
        if coefficient == 0:
            return ZERO
        for link in inside.args if inside.op == "@" else (inside,):
            if chain and _rows(chain[-1]) == 1 and _columns(link) == 1:
                row = chain.pop()
                outside.append(node("@", (row, link), "", ()))
            else:
                chain.append(link)
    if not chain:
        return product(*outside)
    shape: Shape = (_rows(chain[0]), _columns(chain[-1]))
    if len(chain[-1].shape) == 1:
        # A row times a column, as in x.T A x, is a number.
        shape = shape[:1] if shape[0] != 1 else ()
    if len(chain) == 2 and chain[-1].op == "ones" and len(chain[-1].shape) == 1:
        # A matrix times a column of ones: the sum of each row.
        return product(*outside, sum_along(transpose(chain[0]), 0))
    whole = chain[0] if len(chain) == 1 else node("@", tuple(chain), "", shape)
    return product(*outside, whole)


def is_identity(tree: ExpressionTree) -> bool:
    """Whether it is an identity matrix."""
    return tree.op == "call" and tree.payload == "eye"


def _at_label(left: ExpressionTree, right: ExpressionTree) -> ExpressionTree | None:
    """The element or the row that a product with onehot(y, n) takes, if it is one."""
    for one, other in ((left, right), (right, left)):
        if is_onehot(one) and one.shape == other.shape and not one.shape[1:]:
            return picked(other, one)
    if is_onehot(right) and not right.shape[1:] and left.op == ".T" and not is_column(left):
        (matrix,) = left.args
        if len(matrix.shape) == 2:
            return node("index", (matrix, right.args[0]), "", matrix.shape[1:])
    return None


def _rows(tree: ExpressionTree) -> int:
    return tree.shape[0]


def _columns(tree: ExpressionTree) -> int:
    return tree.shape[1] if len(tree.shape) > 1 else 1


def transpose(tree: ExpressionTree) -> ExpressionTree:
    """The transpose, pushed in: (AB).T is B.T A.T."""
    if not tree.shape:
        return tree
    if tree.op == ".T":
        return tree.args[0]
    if tree.op == "@":
        found = transpose(tree.args[-1])
        for arg in tree.args[-2::-1]:
            found = matmul(found, transpose(arg))
        return found
    if tree.op == "*" and all(f.shape in ((), tree.shape) for f in tree.args):
        numbers = [factor for factor in tree.args if not factor.shape]
        arrays = [factor for factor in tree.args if factor.shape]
        inside = product(*arrays) if len(tree.shape) == 1 else None
        turned = map(transpose, arrays) if inside is None else [_turned(inside)]
        return product(number(tree.value), *numbers, *turned)
    if len(tree.shape) == 2 and tree.op == "+" and all(t.shape == tree.shape for t in tree.args):
        return total(*map(transpose, tree.args))
    if is_identity(tree):
        return tree
    return column(tree.args[0]) if is_row(tree) else _turned(tree)


def _turned(tree: ExpressionTree) -> ExpressionTree:
    shape = (1, tree.shape[0]) if len(tree.shape) == 1 else tree.shape[::-1]
    return ones(shape) if tree.op == "ones" else node(".T", (tree,), "", shape)


def spread(tree: ExpressionTree, shape: Shape) -> ExpressionTree:
    """A vector for each row or column of a matrix as a product with ones, if it is one of these."""
    if len(shape) != 2 or not tree.shape or tree.shape == shape:
        return tree
    if len(tree.shape) == 1:
        return matmul(ones(shape[:1]), transpose(tree))
    return matmul(uncolumn(tree), transpose(ones(shape[1:]))) if tree.shape[1] == 1 else tree


def sum_of(tree: ExpressionTree) -> ExpressionTree:
    """The sum of all elements, with numbers taken out of it."""
    if not tree.shape:
        return tree
    coefficient, factors = parts(tree)
    outside = [number(coefficient), *(f for f in factors if not f.shape)]
    inside = product(*(f for f in factors if f.shape))
    if inside.op == "ones":
        return product(*outside, number(prod(inside.shape)))
    if is_onehot(inside):
        return product(*outside, number(prod(inside.shape[:-1])))
    if is_identity(inside):
        return product(*outside, number(inside.shape[0]))
    rest = [factor for factor in factors if factor.shape and not is_identity(factor)]
    if len(rest) < len([factor for factor in factors if factor.shape]) and rest:
        return product(*outside, trace_of(product(*rest)))
    if any(is_onehot(factor) for factor in factors):
        return product(*outside, sum_of(sum_along(inside, 1)))
    return product(*outside, node("call", (inside,), "sum", ()))


def trace_of(tree: ExpressionTree) -> ExpressionTree:
    """The sum of the diagonal; of a row times a column the number that it is."""
    return node("call", (tree,), "tr", ()) if len(tree.shape) == 2 else sum_of(tree)


def sum_along(tree: ExpressionTree, axis: int) -> ExpressionTree:
    """The sums along an axis, with what is the same along it taken out of them."""
    if len(tree.shape) < 2:
        return sum_of(tree)
    if axis == 0 and tree.shape[0] == 1:
        return entry(tree, 0)
    left = tree.shape[1 - axis]
    coefficient, factors = parts(tree)
    outside, inside = [number(coefficient)], []
    for factor in factors:
        base, exponent = base_of(factor)
        bare = base if not base.shape else _without_axis(base, axis)
        if bare is None:
            inside.append(factor)
        else:
            outside.append(power(bare, number(exponent)))
    rest = product(*inside)
    if rest.shape != tree.shape:
        # Nothing that is left changes along this axis.
        rest = product(rest, ones(tree.shape))
    if rest.op == "ones":
        found = product(number(tree.shape[axis]), ones((left,)))
    elif is_onehot(rest) and axis == 1:
        found = ones((left,))
    else:
        found = along("sum", rest, axis, (left,))
    return product(*outside, found)


def uncolumn(tree: ExpressionTree) -> ExpressionTree:
    """The vector of which a matrix has one column."""
    return sum_along(tree, 1)


def _without_axis(factor: ExpressionTree, axis: int) -> ExpressionTree | None:
    """A vector that stands for a matrix whose rows, or columns, are all the same."""
    if axis == 1:
        return factor.args[0].args[0] if is_column(factor) else None
    if is_row(factor):
        return factor.args[0]
    return factor if len(factor.shape) == 1 else None


def along(name: str, tree: ExpressionTree, axis: int, shape: Shape) -> ExpressionTree:
    """A call such as sum(X, axis=0)."""
    keyword = ExpressionTree("keyword", (number(axis),), "axis")
    return node("call", (tree, keyword), name, shape)


def axis_of(tree: ExpressionTree) -> int | None:
    """The axis that a call names."""
    if tree.op != "call" or len(tree.args) != 2 or tree.args[1].op != "keyword":
        return None
    return int(tree.args[1].args[0].value)


def entry(tree: ExpressionTree, place: int) -> ExpressionTree:
    """The element of a vector, or the row of a matrix, at a place."""
    rest = tree.shape[1:]
    if not tree.shape:
        return tree
    if tree.op == "ones":
        return ones(rest)
    if tree.op in "+*":
        terms = [entry(arg, place) if arg.shape[:1] == tree.shape[:1] else arg for arg in tree.args]
        return total(*terms) if tree.op == "+" else product(number(parts(tree)[0]), *terms)
    if tree.op == "^" and tree.args[1].op == "number":
        return power(entry(tree.args[0], place), tree.args[1])
    if tree.op == "list":
        return tree.args[place]
    if tree.op == ".T" and len(tree.args[0].shape) == 1:
        return tree.args[0]
    return node("index", (tree, number(place)), "", rest)


def fitted(tree: ExpressionTree, shape: Shape) -> ExpressionTree:
    """A gradient in the shape of a value: what was copied gets the sum over its copies."""
    if tree.shape == shape:
        return tree
    if not shape:
        return sum_of(tree)
    if len(tree.shape) > len(shape):
        return sum_along(tree, 0)
    for axis, lift in enumerate((row, column)):
        if len(tree.shape) == len(shape) == 2 and shape[axis] == 1 < tree.shape[axis]:
            return fitted(lift(sum_along(tree, axis)), shape)
    return product(tree, ones(shape))
