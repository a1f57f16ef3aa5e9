"""The gradient of each input as one formula, which is run and compared before it is shown."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from backprop_cli.analysis.closed_form.compose import (
    ComposedDerivative,
    composed,
    formula,
    label_values,
    named_nodes,
    shape_of,
    symbols,
)
from backprop_cli.analysis.closed_form.matrices import spread, sum_along, sum_of
from backprop_cli.analysis.closed_form.simplify import PATTERNS, KnownIdentity, rebuilt, simplified
from backprop_cli.analysis.closed_form.tree import (
    ExpressionTree,
    TooLargeError,
    number,
    ones,
    parts,
    product,
    with_name,
)
from backprop_cli.analysis.closed_form.writing import expression_of
from backprop_cli.autodiff.backward import run
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import show
from backprop_cli.language.syntax import Expression

MAX_CLOSED_CHARS = 120
"""Characters of the longest formula that is shown; a longer one says no more than the chain."""

MAX_SHORT_CHARS = 40
"""Characters of a formula that is shown unasked."""

NOT_FOUND = "nothing shorter than the chain rule itself was found"

TRIALS = 5
"""Random inputs near those given, and as many anywhere."""

TOLERANCE = 1e-7
"""The largest difference, as a part of the largest element."""


MAX_LINE = 72
"""Characters of the longest formula that needs no names for its steps."""

MAX_STEPS = 3
"""Steps of the longest formula that needs names for its steps."""

STAGES = (8, 5, 3)
"""Pieces from which on a step gets its name, where a formula is too long without."""


CROSS_ENTROPY = frozenset(("softmax", "log"))
"""Gates of a graph whose gradient, under a sum of 1 or with a label, has a name of its own."""

SOFTMAX_AND_CROSS_ENTROPY = "the gradient of softmax + cross-entropy"


class Closed(NamedTuple):
    """The gradient of one input."""

    input: str
    expression: Expression | None
    """None where nothing short that is also true was found."""
    conditions: tuple[str, ...] = ()
    """Formulas that must hold for it, such as `sum(y) == 1`."""
    used: tuple[str, ...] = ()
    """The patterns that were used on the way."""
    steps: tuple[tuple[str, Expression], ...] = ()
    """What the steps are that it mentions and that the user has not named, in order."""

    @property
    def text(self) -> str | None:
        """The formula as the language reads it."""
        return None if self.expression is None else show(self.expression)


class _Search(NamedTuple):
    """Where gradients are looked for: in these names, with these patterns."""

    trace: Trace
    names: Mapping[int, str]
    """Node -> its name, for what a formula may mention."""
    patterns: tuple[KnownIdentity, ...]
    steps: Mapping[str, ExpressionTree]
    """What the steps are that were given names for this search."""


def short_forms(trace: Trace) -> list[Closed]:
    """Those that are short, where a run is told in full without being asked for them."""
    # A run without a gate, or with one only, says it all itself.
    if trace.graph.gate_count < 2 or not trace.is_seeded_by_one:
        return []
    forms = closed_forms(trace, steps=False)
    return [form for form in forms if form.text and len(form.text) <= MAX_SHORT_CHARS]


def closed_forms(
    trace: Trace,
    patterns: tuple[KnownIdentity, ...] = PATTERNS,
    only: str | None = None,
    steps: bool = True,
) -> list[Closed]:
    """One for each input that the output depends on, or for `only` one of them.

    Args:
        trace: a run.
        patterns: what is known to be the same, and shorter.
        only: the input that is asked about; None for all of them.
        steps: whether a formula that is too long may name the steps of the run.
    """
    graph = trace.graph
    search = _Search(trace, {k: name for name, k in named_nodes(graph).items()}, patterns, {})
    found = composed(graph, symbols(graph, search.names))
    forms = {
        name: _closed(search, name, gradient)
        for name, gradient in found.items()
        if (trace.wrt is None or name in trace.wrt) and only in (None, name)
    }
    if steps and graph.gate_count > 1:
        forms |= _staged(search, forms)
    return [form or Closed(name, None) for name, form in forms.items()]


def _staged(search: _Search, forms: Mapping[str, Closed | None]) -> dict[str, Closed | None]:
    """Formulas that mention steps by the names that the run gives them, where these are shorter."""
    found = {name: form for name, form in forms.items() if not form or _length(form) > MAX_LINE}
    graph = search.trace.graph
    for pieces in STAGES if found else ():
        staged = _with_steps(search, pieces)
        gradients = composed(graph, symbols(graph, staged.names))
        for name, best in found.items():
            form = _closed(staged, name, gradients[name])
            if form and (best is None or _length(form) < _length(best)):
                found[name] = form
    return found


def _length(form: Closed) -> int:
    """Characters of a formula and of the steps that it mentions."""
    return len(form.text or "") + sum(len(show(step)) for _, step in form.steps)


def _with_steps(search: _Search, pieces: int) -> _Search:
    """The search with a name for each step of at least so many pieces, and for no other."""
    graph = search.trace.graph
    names = {k: name for k, name in search.names.items() if graph.gates[k] is None}
    found = symbols(graph, names)
    steps: dict[ExpressionTree, str] = {}
    for k, gate in enumerate(graph.gates[: graph.output]):
        if gate is None:
            continue
        found[k] = tree = formula(graph, k, found)
        if tree is not None and tree.size >= pieces:
            # What is computed twice has one name.
            names[k] = steps.setdefault(tree, graph.names[k])
            found[k] = ExpressionTree("name", (), names[k], shape_of(graph, k))
    return search._replace(names=names, steps={name: tree for tree, name in steps.items()})


def _closed(search: _Search, name: str, gradient: ComposedDerivative) -> Closed | None:
    if gradient.tree is None:
        return None
    used: dict[str, None] = {}
    sums: dict[ExpressionTree, None] = {}
    gates = {gate.name for gate in search.trace.graph.gates if gate}
    try:
        short = simplified(gradient.tree, used, search.patterns)
        # Under a condition it may become shorter: p - y where the y sum to 1.
        further = dict(used)
        distributions = _distributions(search)
        with_sums = simplified(_with_sums(short, distributions, sums), further, search.patterns)
        if with_sums.size < short.size:
            short, used = with_sums, further
        else:
            sums = {}
        if (sums or "index" in gates) and gates >= CROSS_ENTROPY:
            used[SOFTMAX_AND_CROSS_ENTROPY] = None
        for step, tree in search.steps.items():
            short = _folded(short, ExpressionTree("name", (), step, tree.shape), tree)
        coefficient, factors = parts(short)
        bare = [factor for factor in factors if factor.op != "ones"]
        shape = shape_of(search.trace.graph, search.trace.graph.inputs[name])
        expression = expression_of(spread(product(number(coefficient), *bare), shape))
        needed = [show(expression_of(condition)) for condition in gradient.assumed]
        steps = _mentioned(search, expression)
    except TooLargeError:
        return None
    if len(show(expression)) > MAX_CLOSED_CHARS or len(steps) > MAX_STEPS:
        return None
    if any(len(show(step)) > MAX_CLOSED_CHARS for _, step in steps):
        return None
    if not _agrees(search, name, show(expression), {distributions[tree] for tree in sums}):
        return None
    conditions = [f"{show(expression_of(tree))} == 1" for tree in sums] + needed
    return Closed(name, expression, tuple(conditions), tuple(used), steps)


def _folded(tree: ExpressionTree, name: ExpressionTree, step: ExpressionTree) -> ExpressionTree:
    """A tree with the name of a step wherever its factors stand."""
    return with_name(rebuilt(tree, lambda arg: _folded(arg, name, step)), name, step)


def _mentioned(search: _Search, expression: Expression) -> tuple[tuple[str, Expression], ...]:
    """The steps that a formula mentions, and those that these mention, in order."""
    wanted, given = set(expression.free_names()), search.trace.graph.given.values()
    found: list[tuple[str, Expression]] = []
    for name, tree in reversed(list(search.steps.items())):
        if name in wanted and name not in given:
            step = expression_of(tree)
            wanted |= set(step.free_names())
            found.insert(0, (name, step))
    return tuple(found)


def _distributions(search: _Search) -> dict[ExpressionTree, tuple[str, int | None]]:
    """The sums that are 1: of which input, and along which axis."""
    graph, values = search.trace.graph, search.trace.values
    found: dict[ExpressionTree, tuple[str, int | None]] = {}
    fixed = {name: k for name, k in named_nodes(graph).items() if graph.gates[k] is None}
    for name, k in fixed.items():
        tree = ExpressionTree("name", (), name, shape_of(graph, k))
        for axis in (None, 0, 1)[: len(tree.shape) + 1 if len(tree.shape) > 1 else 1]:
            sums = np.sum(values[k], axis=axis)
            if tree.shape and np.all(np.abs(sums - 1) < 1e-12):
                found[sum_of(tree) if axis is None else sum_along(tree, axis)] = (name, axis)
    return found


def _with_sums(
    tree: ExpressionTree,
    distributions: Collection[ExpressionTree],
    sums: dict[ExpressionTree, None],
) -> ExpressionTree:
    if tree in distributions:
        sums[tree] = None
        return ones(tree.shape)
    return rebuilt(tree, lambda arg: _with_sums(arg, distributions, sums))


def _agrees(
    search: _Search, name: str, text: str, sums: Collection[tuple[str, int | None]]
) -> bool:
    """Whether the formula, run, is the engine's gradient at the inputs and at random ones."""
    graph = search.trace.graph
    agreed = 0
    try:
        expression = parse(text)
        mentioned = set(expression.free_names())
        known = {step: k for k, step in search.names.items() if step in mentioned}
        shapes = {step: graph.shapes[k] for step, k in known.items()}
        labels = {key: value for key, value in label_values(graph).items() if key not in known}
        closed = build(expression, shapes, labels)
        for trial, inputs in enumerate(_trials(search.trace, sums)):
            with np.errstate(all="ignore"):
                values, gradients = run(graph, inputs)
                right = np.asarray(gradients[graph.inputs[name]], float)
                here = {step: values[k] for step, k in known.items()}
                ours = np.asarray(forward(closed, here)[closed.output], float)
            if not np.all(np.isfinite(right)):
                if trial == 0:
                    return False
                continue
            if ours.shape not in ((), right.shape):
                return False
            size = max(1.0, float(np.max(np.abs(right), initial=0)))
            if not np.all(np.abs(ours - right) <= TOLERANCE * size):
                return False
            agreed += 1
    except (BackpropError, ArithmeticError, ValueError):
        return False
    return agreed > TRIALS


def _trials(trace: Trace, sums: Collection[tuple[str, int | None]]) -> Iterator[dict[str, Any]]:
    """The inputs, then random ones: near them, so in the domain, and anywhere."""
    given = {name: trace.values[k] for name, k in trace.graph.inputs.items()}
    yield given
    rng = np.random.default_rng(0)
    for trial in range(2 * TRIALS):
        inputs: dict[str, Any] = {}
        for name, value in given.items():
            shape = np.shape(value)
            near = np.asarray(value) * rng.uniform(0.7, 1.3, shape)
            drawn = near if trial < TRIALS else rng.normal(size=shape)
            for summed, axis in sums:
                if name == summed:
                    drawn = np.abs(drawn) / np.sum(np.abs(drawn), axis=axis, keepdims=True)
            inputs[name] = drawn if shape else float(drawn)
        yield inputs
