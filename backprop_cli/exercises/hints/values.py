"""Hints for a value: which gate it is the output of, its formula, and that with its numbers."""

from backprop_cli.autodiff.steps import rule_names
from backprop_cli.exercises.hints.formulas import formula
from backprop_cli.exercises.hints.parts import Equation, article, last, numbers
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.graph.graph import Graph


def which_gate(graph: Graph, node: int, names: list[str]) -> str:
    """What a node is: the output of which gate, or an input."""
    gate, name = graph.gates[node], names[node]
    if gate is None:
        return f"{name} is an input that is used more than once."
    return f"{name} is the output of {article(gate.name)} gate."


def for_value(case: Case, asked: Asked, names: list[str]) -> list[str]:
    """The hints for a value.

    Args:
        case: the circuit with its numbers.
        asked: the question.
        names: what the learner calls each node.
    """
    graph, node = case.graph, asked.of
    left = names[node]
    if graph.gates[node] is None:
        return [f"{left} is an input: its value is given."]
    symbols = formula(graph, node, rule_names(graph, node, called=names))
    hints = [which_gate(graph, node, names), Equation("Its formula", left, symbols)]
    if asked.kind.is_number and asked.question.element is None:
        put_in = formula(graph, node, numbers(graph, case.values, node))
        return [*hints, *last(left, put_in, case.values[node], asked)]
    return hints
