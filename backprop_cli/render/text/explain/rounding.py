"""The sign before a result: = where the numbers as they stand give it to the last digit, else ≈.

Nothing is rounded between steps, so 1/1.368 is 0.7311 on a screen, and 0.731 on a calculator: ≈.
"""

from typing import Any

from backprop_cli.autodiff.errstate import quiet
from backprop_cli.autodiff.steps import Step, downstream
from backprop_cli.autodiff.tape import kind
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.kernels import forward_kernel
from backprop_cli.render.text.explain.broadcasting import lined_up
from backprop_cli.render.text.options import Look

EQUAL, NEARLY = "=", "≈"

MAX_ELEMENTS = 60
"""Elements of the largest array that is worked out again; a larger one is not shown in full."""


def _as_shown(value: Any, look: Look) -> Any:
    """A value with the digits that are shown of it."""
    if isinstance(value, float):
        return float(look.number(value))
    if value.size > MAX_ELEMENTS:
        return value
    shown = [float(look.number(number)) for number in value.ravel().tolist()]
    copy = value.copy()
    copy.flat = shown
    return copy


def _sign(again: Any, value: Any, look: Look) -> str:
    """Whether what the numbers shown give is written as the value is."""
    if isinstance(value, float):
        return EQUAL if look.number(float(again)) == look.number(value) else NEARLY
    if value.size > MAX_ELEMENTS or again.shape != value.shape:
        return EQUAL
    pairs = zip(again.ravel().tolist(), value.ravel().tolist(), strict=True)
    return EQUAL if all(look.number(a) == look.number(b) for a, b in pairs) else NEARLY


def gate_sign(trace: Trace, k: int, look: Look) -> str:
    """The sign after a gate with its inputs' values in the place of names."""
    graph, gate, args = trace.graph, trace.gate(k), trace.graph.args[k]
    values = {
        arg: trace.values[arg] if arg in graph.constants else _as_shown(trace.values[arg], look)
        for arg in args
    }
    second = args[1] if len(args) == 2 else -1
    with quiet(graph):
        forward_kernel(gate, kind(graph, k))(values, k, args if gate.variadic else args[0], second)
    return _sign(values[k], trace.values[k], look)


def product_sign(step: Step, look: Look) -> str:
    """The sign after upstream × local."""
    if step.local is None:
        return EQUAL
    with quiet(step.graph):
        again = _as_shown(lined_up(step), look) * _as_shown(step.local, look)
        if not (isinstance(again, float) and isinstance(step.downstream, float)):
            from backprop_cli.gates.arrays import fit

            again = fit(again, step.downstream)
    return _sign(again, step.downstream, look)


def rule_sign(trace: Trace, step: Step, look: Look) -> str:
    """The sign after the rule of a matrix gate, with numbers in the place of names."""
    args, k = trace.graph.args[step.output], step.output
    values: Any = {node: _as_shown(trace.values[node], look) for node in (*args, k)}
    texts = tuple(step.text for _ in args)
    about, up = kind(trace.graph, k), _as_shown(step.upstream, look)
    with quiet(trace.graph):
        again = downstream(step.gate, about, values, up, k, args, step.slot, texts)
    return _sign(again, step.downstream, look)


def fork_sign(trace: Trace, node: int, look: Look) -> str:
    """The sign after the sum of what arrived at a fork."""
    with quiet(trace.graph):
        again = sum(_as_shown(step.downstream, look) for step in trace.contributions(node))
    return _sign(again, trace.arrived[node], look)
