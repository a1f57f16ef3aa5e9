"""Losses as gates: mse, bce, hinge, cross_entropy."""

from backprop_cli.graph.composite import Composite, CompositeCall, keep_axis
from backprop_cli.graph.indexing import chosen, key


def _mean_square(use: CompositeCall) -> int:
    return use.gate("mean", use.gate("square", use.gate("sub", *use.args)))


def _binary_cross_entropy(use: CompositeCall) -> int:
    """-mean(y·log a + (1 - y)·log(1 - a))."""
    probability, label = use.args
    one = use.number(1.0)
    yes = use.gate("mul", label, use.gate("log", probability))
    no = use.gate("log", use.gate("sub", one, probability))
    no = use.gate("mul", use.gate("sub", one, label), no)
    return use.gate("neg", use.gate("mean", use.gate("add", yes, no)))


def _hinge(use: CompositeCall) -> int:
    """max(0, 1 - y·s)."""
    score, label = use.args
    margin = use.gate("sub", use.number(1.0), use.gate("mul", label, score))
    return use.gate("mean", use.gate("relu", margin))


def _mean_distance(use: CompositeCall) -> int:
    return use.gate("mean", use.gate("abs", use.gate("sub", *use.args)))


def _logistic(use: CompositeCall) -> int:
    """The binary cross-entropy of σ(z): mean(softplus(z) - y·z), which never overflows."""
    score, label = use.args
    product = use.gate("mul", label, score)
    return use.gate("mean", use.gate("sub", use.gate("softplus", score), product))


def _cross_entropy(use: CompositeCall) -> int:
    """logsumexp(z) - z[y] for a whole number y, -Σ y log softmax(z) for a vector y.

    Of a matrix, one row is one example, and the result is the mean over them.
    """
    (scores,) = use.args
    axes = len(use.shape(scores))
    axis = 1 if axes == 2 else None
    if axes == 0:
        use.fail(
            "cross_entropy needs a score for each class", "for one score write bce(sigmoid(z), y)"
        )
    total = use.gate("logsumexp", scores, axis=axis)
    if _is_label(use):
        each = use.gate("sub", total, _of_label(use, scores))
        return use.gate("mean", each) if axes == 2 else each
    logs = use.gate("sub", scores, keep_axis(use._replace(axis=axis), total))
    weighted = use.gate("mul", _weights(use, scores), logs)
    if axes == 1:
        return use.gate("neg", use.gate("sum", weighted))
    return use.gate("neg", use.gate("mean", use.gate("sum", weighted, axis=1)))


def _negative_log_likelihood(use: CompositeCall) -> int:
    """-a[y] of log-probabilities, and the mean over rows."""
    (logs,) = use.args
    if not _is_label(use):
        use.fail("nll takes whole numbers as labels", "for weights write -sum(y*a)")
    found = use.gate("neg", _of_label(use, logs))
    return use.gate("mean", found) if len(use.shape(logs)) == 2 else found


def _is_label(use: CompositeCall) -> bool:
    """Whether the second argument is whole numbers, one axis fewer than the scores."""
    builder = use.builder
    term = builder.terms[use.rest[0]]
    axes = len(use.shape(use.args[0]))
    if term.op == "name" and term.payload in builder.labels:
        return len(getattr(builder.labels[str(term.payload)], "shape", ())) < axes
    if term.op == "list":
        return axes == 2 and all(builder.terms[arg].op == "number" for arg in term.args)
    return term.op == "number"


def _of_label(use: CompositeCall, scores: int) -> int:
    """The score of the right class, of each row where there are some."""
    import numpy as np

    label, shape = key(use.builder, use.rest[0]), use.shape(scores)
    if len(shape) == 1:
        return use.element(scores, label)
    if np.shape(label) != shape[:1]:
        use.fail(f"there are {shape[0]} rows, and each needs a whole number as its label")
    return chosen(use.builder, scores, [np.arange(shape[0]), label], use.term, use.place)


def _weights(use: CompositeCall, scores: int) -> int:
    """The right probabilities, in the shape of the scores."""
    builder, place = use.builder, use.rest[0]
    term, shape = builder.terms[place], use.shape(scores)
    name = str(term.payload)
    if term.op == "name" and name in builder.labels:
        import numpy as np

        node = use.constant(np.asarray(builder.labels[name], dtype=float), name)
    else:
        node = builder.value(place)
    if use.shape(node) != shape:
        what = "labels are whole numbers, or have the shape of the scores"
        use.fail(what, "give labels that are used as numbers too a name of their own")
    return node


LOSSES: dict[str, Composite] = {
    "mse": Composite(2, _mean_square),
    "mae": Composite(2, _mean_distance),
    "bce": Composite(2, _binary_cross_entropy),
    "bce_with_logits": Composite(2, _logistic),
    "hinge": Composite(2, _hinge),
    "cross_entropy": Composite(2, _cross_entropy, values=1),
    "nll": Composite(2, _negative_log_likelihood, values=1),
}
"""Name of a loss -> the gates that it stands for."""
