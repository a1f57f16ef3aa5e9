"""The same circuit in PyTorch and in micrograd, which find the gradients themselves."""

from typing import Any

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError
from backprop_cli.language.numbers import is_finite
from backprop_cli.render.python.circuit import CodeCircuit
from backprop_cli.render.python.program import CodeSection, Program, title
from backprop_cli.render.python.spelling import MICROGRAD, TORCH
from backprop_cli.render.python.staged import forward, inputs, printed

DEEPEST = 900
"""Gates one behind the other at which micrograd, which recurses, still finds its way."""

ODD = "# Where inf and nan flow, libraries differ: some leave a product 0 * inf out."


def torch(trace: Trace) -> Program:
    """The circuit in PyTorch, in double precision as everything here."""
    circuit = CodeCircuit(trace, TORCH)
    made = []
    for k, name, text in circuit.given():
        call = f"{text[:-1]}, requires_grad=True)" if circuit.wanted[k] else text
        made.append([f"{name} = {call}"])
    output = trace.graph.output
    # From a number it starts by itself, with 1.
    seed = "" if _is_one(trace.seed) else circuit.made(output, trace.seed)
    return _program(
        circuit,
        ("import torch", "torch.set_default_dtype(torch.float64)"),
        CodeSection("", made),
        f"{circuit.names.values[output]}.backward({seed})",
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
    circuit = CodeCircuit(trace, MICROGRAD)
    output = circuit.names.values[trace.graph.output]
    # Its backward always starts from 1.
    weighed = output if _is_one(trace.seed) else f"({output} * {trace.seed!r})"
    return _program(
        circuit,
        ("from micrograd.engine import Value", ""),
        inputs(circuit),
        f"{weighed}.backward()",
        (".data", ".grad"),
    )


def _is_one(seed: Any) -> bool:
    """Whether the backward pass starts as it does by default; or not at all."""
    return seed is None or (isinstance(seed, float) and seed == 1.0)


def _depth(trace: Trace) -> int:
    """How many gates stand one behind the other, at most."""
    depth: list[int] = []
    for args in trace.graph.args:
        depth.append(1 + max([depth[arg] for arg in args], default=-1))
    return max(depth)


def _program(
    circuit: CodeCircuit,
    library: tuple[str, str],
    given: CodeSection,
    backward: str,
    plain: tuple[str, str],
) -> Program:
    """The program.

    Args:
        circuit: what to write.
        library: the line that imports it, and one that sets it up.
        given: the lines that make the inputs.
        backward: the line that runs backwards.
        plain: what makes plain numbers of a value, and of the gradient of an input.
    """
    trace, names = circuit.trace, circuit.names.values
    said = f"Written by backprop: a circuit in {circuit.spelling.library}, to compare gradients."
    lines = title(trace, circuit.names, said)
    if not all(is_finite(one) for one in (trace.value, *trace.gradients.values())):
        lines += ["#", ODD]
    runs = trace.seed is not None and circuit.wanted[circuit.graph.output]
    sections = [
        given,
        forward(circuit),
        CodeSection(
            "Backward pass: the library finds each gradient.", [[backward]] if runs else []
        ),
    ]
    ending = printed(circuit, plain[0], lambda k: names[k] + plain[1])
    shown = [section for section in sections if section.blocks]
    return Program(lines, *library, {}, (), shown, ending)
