"""Leave out the formulas that a lecturer would not put on the board."""

from collections.abc import Mapping

from backprop_cli.autodiff.tape import dependent
from backprop_cli.autodiff.trace import trace
from backprop_cli.exercises.generate.composition import is_product, is_written_shorter
from backprop_cli.exercises.generate.random_values import drawn_value
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.model.exercise import Drawn
from backprop_cli.gates.value import Gradient
from backprop_cli.graph.graph import Graph
from backprop_cli.language.syntax import Expression

_FLAT = 1e-9
"""A gradient below this is one that rounding left, or that cannot be told from 0."""


def is_simple(expression: Expression) -> bool:
    """Nothing is written in a roundabout way: no x*(y*z), x + (-y), (1/x)*y, and no q = -p."""
    terms = expression.terms
    for term in terms:
        ops = [terms[arg].op for arg in term.args]
        if term.op in "+-*/" and ops[1] in ("neg", *_ALIKE[term.op]):
            return False
        if term.op == "neg" and ops[0] in ("*", "/"):
            return False
        if term.op == "*" and ops[0] == "/":
            return False
    ends = [terms[statement.term] for statement in expression.statements]
    return not any(end.op == "neg" and terms[end.args[0]].op == "name" for end in ends)


_ALIKE = {"+": "+-", "-": "+-", "*": "*/", "/": "/"}
"""What an operand on the right would be written without parentheses for, in another order."""


def reads_well(graph: Graph) -> bool:
    """Nothing could be written shorter: no x - x, no exp(log(x)), no step twice."""
    depends = dependent(graph)
    done = set()
    for node, (gate, args) in enumerate(zip(graph.gates, graph.args, strict=True)):
        if gate is None:
            continue
        if (gate.name, args) in done:
            return False
        done.add((gate.name, args))
        if not depends[node] or len(set(args)) < len(args):
            return False
        for arg in args:
            before = graph.gates[arg]
            if before and is_written_shorter(before, gate):
                return False
        if _repeats(graph, node):
            return False
    return True


def _repeats(graph: Graph, node: int) -> bool:
    """Whether it joins what was joined just before: x*y*x, y*y^2, max(x, max(x, y))."""
    gate = graph.gates[node]
    operands = list(graph.args[node])
    for arg in graph.args[node]:
        before = graph.gates[arg]
        if before and gate and (before is gate or (is_product(before) and is_product(gate))):
            operands += graph.args[arg]
    variables = [operand for operand in operands if operand not in graph.constants]
    return len(set(variables)) < len(variables)


def is_alive(graph: Graph, inputs: Mapping[str, Drawn]) -> bool:
    """Whether every gate and input often has a gradient: none is cancelled or cut off."""
    moved = [0] * len(graph)
    for number in range(_DRAWS):
        random = StableRandom("alive", number)
        values = {name: drawn_value(random, *drawn) for name, drawn in inputs.items()}
        for node, gradient in enumerate(trace(graph, values).arrived):
            moved[node] += _moves(gradient)
    return all(count >= _OFTEN or node in graph.constants for node, count in enumerate(moved))


_DRAWS, _OFTEN = 12, 3
"""How many inputs are tried, and at how many of them a gradient must be there."""


def _moves(gradient: Gradient) -> bool:
    if gradient is None:
        return False
    largest = abs(gradient) if isinstance(gradient, float) else abs(gradient).max()
    return bool(largest > _FLAT)
