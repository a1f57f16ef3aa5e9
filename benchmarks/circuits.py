"""Scalar circuits of any size, as a program of ours and as micrograd's objects."""

import random
from collections.abc import Callable
from operator import add, mul
from typing import Any, NamedTuple

from micrograd.engine import Value

from backprop_cli.graph.build import build
from backprop_cli.graph.graph import Graph
from backprop_cli.language.parser import parse

INPUTS = {"x": 0.5, "y": 1.5, "z": -1.0}
X, Y, Z = range(3)


class Gate(NamedTuple):
    """An operation on two earlier values; the inputs are values 0, 1 and 2."""

    op: Callable[[Any, Any], Any]
    a: int
    b: int


def chain(size: int) -> list[Gate]:
    """Each gate takes the one before: q = q·z + x."""
    ops = ((mul, Z), (add, X))
    return [Gate(ops[k % 2][0], k + 2 if k else Y, ops[k % 2][1]) for k in range(size)]


def tree(size: int) -> list[Gate]:
    """Each value is used once, and the depth is the logarithm of the size."""
    queue = [X, Z] * (size // 2 + 1)
    gates = []
    for k in range(size):
        gates.append(Gate((mul, add)[k % 2], queue[2 * k], queue[2 * k + 1]))
        queue.append(k + 3)
    return gates


def shared(size: int) -> list[Gate]:
    """Means of the last value and a recent one, and relus, so that values and gradients stay."""
    draw = random.Random(0)
    gates: list[Gate] = []
    while len(gates) < size:
        last = len(gates) + 2
        if draw.random() < 1 / 3:
            gates.append(Gate(relu, last, last))
        else:
            gates.append(Gate(add, last, draw.randrange(max(0, last - 50), last)))
            gates.append(Gate(mul, last + 1, X))
    return gates[:size]


def relu(a: Value, _: Value) -> Value:
    """The one gate of a single input that micrograd has."""
    return a.relu()


SHAPES: dict[str, Callable[[int], list[Gate]]] = {"chain": chain, "tree": tree, "shared": shared}

_SPELT = {add: "{} + {}", mul: "{} * {}", relu: "relu({})"}


def program(gates: list[Gate]) -> str:
    """The circuit in our language, a step for each gate."""
    names = [*INPUTS, *(f"n{k}" for k in range(len(gates)))]
    steps = zip(names[3:], gates, strict=True)
    return "\n".join(
        f"{name} = {_SPELT[op].format(names[a], names[b])}" for name, (op, a, b) in steps
    )


def graph(source: str) -> Graph:
    """The graph of a program, ready to be run."""
    return build(parse(source), dict.fromkeys(INPUTS, ()))


def run_micrograd(gates: list[Gate]) -> list[Value]:
    """Every value of the circuit, with its gradient."""
    values = [Value(number) for number in INPUTS.values()]
    for op, a, b in gates:
        values.append(op(values[a], values[b]))
    backward(values[-1])
    return values


def backward(root: Value) -> None:
    """Micrograd's `Value.backward`, with a stack for its recursion, which breaks at depth 995."""
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))
            stack.extend([(child, False) for child in value._prev])
    root.grad = 1
    for value in reversed(order):
        value._backward()
