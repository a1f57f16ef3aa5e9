"""What helps against a mistake, in the learner's words: with the gate and its inputs filled in."""

from typing import Any

from backprop_cli.analysis.kinks import kinked
from backprop_cli.autodiff.steps import formula_of, rule_names
from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.reason import Finding
from backprop_cli.gates.compiler import rule
from backprop_cli.graph.graph import Graph
from backprop_cli.language.numbers import short_number
from backprop_cli.language.printer import show
from backprop_cli.language.style import SOURCE

TIE_TITLE = "the tie is not split"

MAX_FORMULA_CHARS = 40
"""Characters of the longest formula that stands for a node without a name."""

MAX_UNNAMED = 8
"""Such nodes in one sentence."""

MAX_NODES_LISTED = 6
"""Nodes that are named, where a mistake was made at several."""


def finding(case: Case, hypothesis: Hypothesis, wrt: int = -1) -> Finding:
    """What went wrong, and what its sentences are filled in with.

    Args:
        case: the circuit and its inputs.
        hypothesis: the mistake, and where it was made.
        wrt: the node whose gradient was asked; -1 for none in particular.
    """
    mistake, node = hypothesis.mistake, hypothesis.nodes[0]
    title, says = mistake.title, hypothesis.says or mistake.says
    if mistake.at_tie and is_tied(case, node):
        title, says = TIE_TITLE, mistake.at_tie
    at = _listed(case, hypothesis) if len(hypothesis.nodes) > 1 else ()
    return Finding(mistake.name, title, says, _fields(case, hypothesis, says, wrt), at)


def _fields(case: Case, hypothesis: Hypothesis, says: str, wrt: int) -> dict[str, str]:
    graph, node = case.graph, hypothesis.nodes[0]
    called = called_nearby(case, node)
    names = [called[arg] for arg in graph.args[node]]
    said = hypothesis.quoted if hypothesis.quoted >= 0 else node
    value = case.values[said]
    return {
        "node": called[node],
        "gate": hypothesis.gate,
        "formula": step(graph, node, called),
        "a": called[said] if hypothesis.quoted >= 0 else names[0] if names else "",
        "b": names[1] if len(names) > 1 else "",
        "input": called[_on_the_way(graph, node, wrt)] if names else "",
        "output": graph.names[graph.output],
        "value": short_number(value) if isinstance(value, float) else "an array",
        "sign": _sign(case, hypothesis) if "{sign}" in says else "",
    }


def _listed(case: Case, hypothesis: Hypothesis) -> tuple[str, ...]:
    names = [called_nearby(case, node)[node] for node in hypothesis.nodes[:MAX_NODES_LISTED]]
    return (*names, "…") if len(hypothesis.nodes) > MAX_NODES_LISTED else tuple(names)


def step(graph: Graph, node: int, called: list[str] | None = None) -> str:
    """A node as a line of the program: `f = q * z`.

    Args:
        graph: the circuit.
        node: an input or a gate.
        called: what each node is called, where that is not its name.
    """
    gate = graph.gates[node]
    if gate is None:
        return graph.names[node]
    text = show(formula_of(graph, node), rule_names(graph, node, called=called), SOURCE)
    short = text if len(text) <= 60 else text[:59] + "…"
    name = graph.names[node]
    # Who has no name is called by the formula itself.
    return f"{name} = {short}" if called is None or called[node] == name else short


# Names that were seen


def called_nearby(case: Case, node: int) -> list[str]:
    """What each node is called; near `node`, a name that nobody saw gives way to its formula."""
    graph = case.graph
    seen = _seen(case)
    unnamed: list[int] = []
    looked = [node, *graph.args[node]]
    while looked and len(unnamed) < MAX_UNNAMED:
        k = looked.pop(0)
        if graph.gates[k] is not None and k not in seen and k not in unnamed:
            unnamed.append(k)
            looked += graph.args[k]
    step = case.exercise.step
    called = list(step.called if step and step.called else graph.names)
    for k in sorted(unnamed):
        gate = graph.gates[k]
        assert gate is not None
        written = formula_of(graph, k)
        text = show(written, rule_names(graph, k, called=called), SOURCE)
        if len(text) <= MAX_FORMULA_CHARS:
            is_call = written.terms[written.statements[-1].term].op == "call"
            called[k] = text if is_call else f"({text})"
    return called


def _seen(case: Case) -> set[int]:
    """The gates whose names a learner knows: from the program, or from what was asked."""
    exercise, graph = case.exercise, case.graph
    asked = {node for each in exercise.asked for node in (each.of, each.wrt)}
    named = exercise.step.named if exercise.step else ()
    return {graph.output, *graph.given, *asked, *named}


def _on_the_way(graph: Graph, node: int, wrt: int) -> int:
    """The input of a gate through which another node reaches it; its first, if none does."""
    args = graph.args[node]
    if wrt < 0 or wrt in args:
        return wrt if wrt in args else args[0]
    reached = {wrt}
    for k in range(wrt + 1, node):
        if any(arg in reached for arg in graph.args[k]):
            reached.add(k)
    return next((arg for arg in args if arg in reached), args[0])


# What the numbers are


def is_tied(case: Case, node: int) -> bool:
    """Whether inputs of a gate tie, so that none of them wins."""
    gate = case.graph.gates[node]
    if gate is None or gate.kink is None or not gate.kink.tie:
        return False
    return any(found.node == node for found in kinked(_trace(case)))


def _trace(case: Case) -> Trace:
    return Trace(case.graph, case.values, case.gradients, 1.0)


def _sign(case: Case, hypothesis: Hypothesis) -> str:
    """Which sign the local derivative has that was turned."""
    (node, slot), *_ = hypothesis.change(case).rules
    gate = case.graph.gates[node] if isinstance(node, int) else None
    assert isinstance(node, int)
    assert gate is not None
    steps = _trace(case).contributions(case.graph.args[node][slot])
    local: Any = next((s.local for s in steps if (s.output, s.slot) == (node, slot)), None)
    if local is not None and _all(local < 0):
        return "negative here, and its minus sign is lost"
    if local is not None and _all(local > 0):
        return "positive here, and no minus sign comes in"
    text = show(rule(gate.local[slot]), rule_names(case.graph, node), SOURCE)
    return f"{text}, with no other sign"


def _all(truth: Any) -> bool:
    return bool(truth.all()) if hasattr(truth, "all") else bool(truth)
