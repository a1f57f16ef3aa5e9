"""The gradient of each input as one formula, which is run and compared before it is shown."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from backprop_cli.analysis.closed_form.compose import Composed, composed
from backprop_cli.analysis.closed_form.simplify import PATTERNS, Pattern, rebuilt, simplified
from backprop_cli.analysis.closed_form.terms import expression_of
from backprop_cli.analysis.closed_form.tree import ONE, TooLargeError, Tree, parts, product
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


class UnderSums(NamedTuple):
    """What a gradient that needs `sum(y) == 1` is called, for a graph with these gates."""

    gates: frozenset[str]
    used: str


UNDER_SUMS = (
    UnderSums(frozenset(("softmax", "log")), "the gradient of softmax + cross-entropy"),
    UnderSums(frozenset(("logsumexp",)), "the gradient of logsumexp, which is softmax"),
)


class Closed(NamedTuple):
    """The gradient of one input."""

    input: str
    expression: Expression | None
    """None where nothing short that is also true was found."""
    conditions: tuple[str, ...] = ()
    """Formulas that must hold for it, such as `sum(y) == 1`."""
    used: tuple[str, ...] = ()
    """The patterns that were used on the way."""

    @property
    def text(self) -> str | None:
        """The formula as the language reads it."""
        return None if self.expression is None else show(self.expression)


def short_forms(trace: Trace) -> list[Closed]:
    """Those that are short, where a run is told in full without being asked for them."""
    # A run without a gate, or with one only, says it all itself.
    if trace.graph.gate_count < 2 or not trace.is_seeded_by_one:
        return []
    forms = closed_forms(trace)
    return [form for form in forms if form.text and len(form.text) <= MAX_SHORT_CHARS]


def closed_forms(
    trace: Trace, patterns: tuple[Pattern, ...] = PATTERNS, only: str | None = None
) -> list[Closed]:
    """One for each input that the output depends on, or for `only` one of them."""
    found = composed(trace.graph)
    wanted = [name for name in found if trace.wrt is None or name in trace.wrt]
    wanted = [name for name in wanted if only in (None, name)]
    forms = []
    for name in wanted:
        closed = _closed(trace, name, found[name], patterns)
        forms.append(closed or Closed(name, None))
    return forms


def _closed(
    trace: Trace, name: str, gradient: Composed, patterns: tuple[Pattern, ...]
) -> Closed | None:
    tree = gradient.tree
    if tree is None:
        return None
    used: dict[str, None] = {}
    sums: dict[str, None] = {}
    try:
        short = simplified(tree, used, patterns)
        distributions = _distributions(trace)
        # Under a condition it may become shorter: p - y where the y sum to 1.
        further = dict(used)
        with_sums = simplified(_with_sums(short, distributions, sums), further, patterns)
        if with_sums.size < short.size:
            short = with_sums
            gates = {gate.name for gate in trace.graph.gates if gate}
            used = further | {row.used: None for row in UNDER_SUMS if row.gates <= gates}
        else:
            sums = {}
        coefficient, factors = parts(short)
        bare = [factor for factor in factors if factor.op != "ones"]
        expression = expression_of(product(_number(coefficient), *bare))
        needed = [show(expression_of(t)) for t in gradient.assumed if t.op != "number"]
    except TooLargeError:
        return None
    text = show(expression)
    if len(text) > MAX_CLOSED_CHARS or not _agrees(trace, name, text, tuple(sums)):
        return None
    conditions = [f"sum({y}) == 1" for y in sums] + [f"{t} != 0" for t in needed]
    return Closed(name, expression, tuple(conditions), tuple(used))


def _number(value: Fraction) -> Tree:
    return ONE._replace(payload=value)


def _distributions(trace: Trace) -> set[str]:
    """The vectors among the inputs whose elements sum to 1."""
    nodes = trace.graph.inputs
    return {
        name
        for name, k in nodes.items()
        if trace.graph.shapes[k] and abs(float(np.sum(trace.values[k])) - 1) < 1e-12
    }


def _with_sums(tree: Tree, distributions: set[str], sums: dict[str, None]) -> Tree:
    if tree.op == "call" and tree.payload == "sum" and tree.args[0].payload in distributions:
        sums[str(tree.args[0].payload)] = None
        return ONE
    return rebuilt(tree, lambda arg: _with_sums(arg, distributions, sums))


def _agrees(trace: Trace, name: str, text: str, sums: tuple[str, ...]) -> bool:
    """Whether the formula, run, is the engine's gradient at the inputs and at random ones."""
    graph = trace.graph
    named = {**graph.inputs, **{step: node for node, step in graph.given.items()}}
    agreed = 0
    try:
        expression = parse(text)
        mentioned = {str(t.payload) for t in expression.terms if t.op == "name"}
        known = {step: node for step, node in named.items() if step in mentioned}
        closed = build(expression, {step: graph.shapes[node] for step, node in known.items()})
        for trial, inputs in enumerate(_trials(trace, sums)):
            with np.errstate(all="ignore"):
                values, gradients = run(graph, inputs)
                right = np.asarray(gradients[graph.inputs[name]], float)
                here = {step: values[node] for step, node in known.items()}
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


def _trials(trace: Trace, sums: tuple[str, ...]) -> Iterator[dict[str, Any]]:
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
            if name in sums:
                drawn = np.abs(drawn) / np.sum(np.abs(drawn))
            inputs[name] = drawn if shape else float(drawn)
        yield inputs
