"""The same circuit in PyTorch and in micrograd, which find the gradients themselves."""

from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.trace.trace import Trace
from backprop_cli.views.code.circuit import Circuit
from backprop_cli.views.code.pieces import is_finite
from backprop_cli.views.code.program import Program, Section, title
from backprop_cli.views.code.spelling import MICROGRAD, TORCH
from backprop_cli.views.code.staged import forward, printed

DEEPEST = 900
"""Gates one behind the other at which micrograd, which recurses, still finds its way."""

ODD = "# Where inf and nan flow, libraries differ: some leave a product 0 * inf out."


def torch(trace: Trace) -> Program:
    """The circuit in PyTorch, in double precision as everything here."""
    circuit = Circuit(trace, TORCH)
    inputs = []
    for k, value in _given(circuit):
        made = circuit.own(circuit.literal(k, value), value)
        inputs.append(f"{made[:-1]}, requires_grad=True)" if circuit.wanted[k] else made)
    seed = circuit.literal(trace.graph.output, trace.seed) if trace.reached else ""
    weight = "" if seed in ("", "1.0") else circuit.own(seed, trace.seed)
    return _program(
        circuit,
        ("import torch", "torch.set_default_dtype(torch.float64)"),
        inputs,
        f"{circuit.names.values[trace.graph.output]}.backward({weight})",
        (".tolist()", ".grad.tolist()"),
    )


def micrograd(trace: Trace) -> Program:
    """The circuit in micrograd, which knows numbers, + - * / relu and constant powers.

    Raises:
        BackpropError: if the circuit has more, or is too deep.
    """
    if not trace.graph.is_scalar:
        what = "micrograd computes with numbers, and this circuit has vectors or matrices"
        raise BackpropError(what, hint="--style torch has them")
    if _depth(trace) > DEEPEST:
        what = f"micrograd recurses over the circuit: at most {DEEPEST} gates one behind the other"
        raise BackpropError(what, hint="--style torch goes deeper")
    circuit = Circuit(trace, MICROGRAD)
    inputs = [circuit.number(circuit.literal(k, value)) for k, value in _given(circuit)]
    output = circuit.names.values[trace.graph.output]
    # Its backward always starts from 1.
    weighed = output if trace.seed in (None, 1.0) else f"({output} * {trace.seed!r})"
    return _program(
        circuit,
        ("from micrograd.engine import Value", ""),
        inputs,
        f"{weighed}.backward()",
        (".data", ".grad"),
    )


def _given(circuit: Circuit) -> list[tuple[int, Any]]:
    """The inputs: nodes and values."""
    return [(k, circuit.trace.values[k]) for k in circuit.graph.inputs.values()]


def _depth(trace: Trace) -> int:
    """How many gates stand one behind the other, at most."""
    depth: list[int] = []
    for args in trace.graph.args:
        depth.append(1 + max([depth[arg] for arg in args], default=-1))
    return max(depth)


def _program(
    circuit: Circuit,
    library: tuple[str, str],
    inputs: list[str],
    backward: str,
    plain: tuple[str, str],
) -> Program:
    """The program.

    Args:
        circuit: what to write.
        library: the line that imports it, and one that sets it up.
        inputs: what makes each input.
        backward: the line that runs backwards.
        plain: what makes plain numbers of a value, and of the gradient of an input.
    """
    trace, names = circuit.trace, circuit.names.values
    said = f"Written by backprop: a circuit in {circuit.spelling.library}, to compare gradients."
    lines = title(trace, circuit.names, said)
    if not all(is_finite(one) for one in (trace.value, *trace.gradients.values())):
        lines += ["#", ODD]
    made = [
        [f"{names[k]} = {value}"]
        for k, value in zip(circuit.graph.inputs.values(), inputs, strict=True)
    ]
    made += [
        [f"{name} = {circuit.literal(k, circuit.graph.constants[k])}"]
        for k, name in circuit.arrays.items()
    ]
    back = [[backward]] if trace.reached else []
    sections = [
        Section("", made),
        forward(circuit),
        Section("Backward pass: the library finds each gradient.", back),
    ]
    ending = printed(circuit, plain[0], lambda k: names[k] + plain[1])
    shown = [section for section in sections if section.blocks]
    return Program(lines, *library, {}, (), shown, ending)
