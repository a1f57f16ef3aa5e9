"""What helps against a mistake, in the learner's words: with the gate and its inputs filled in."""

from collections.abc import Callable, Sequence
from typing import Any

from backprop_cli.analysis.kinks import kinked
from backprop_cli.autodiff.steps import formula_of, rule_names
from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.diagnosis.hypotheses import EVERYWHERE
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.reason import Finding
from backprop_cli.gates.compiler import mentions, rule
from backprop_cli.gates.gate import Gate
from backprop_cli.graph.graph import Graph
from backprop_cli.language.numbers import short_number
from backprop_cli.language.printer import SOURCE, show
from backprop_cli.language.question import FORMULA, NUMBER

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
    if mistake.title_at and hypothesis.gate != EVERYWHERE:
        title = mistake.title_at.replace("{gate}", hypothesis.gate)
    if mistake.at_tie and is_tied(case, node):
        title, says = TIE_TITLE, mistake.at_tie
    if is_still_asked(case, node, mistake.reveals):
        says = "Look at {formula}."
    at = _listed(case, hypothesis) if len(hypothesis.nodes) > 1 else ()
    return Finding(mistake.name, title, says, _fields(case, hypothesis, says, wrt), at)


def _fields(case: Case, hypothesis: Hypothesis, says: str, wrt: int) -> dict[str, str]:
    graph, node = case.graph, hypothesis.nodes[0]
    called = called_nearby(case, node)
    names = [called[arg] for arg in graph.args[node]]
    said = hypothesis.quoted if hypothesis.quoted >= 0 else node
    value = case.values[said]
    is_hidden = not isinstance(value, float) or is_still_asked(case, said, (NUMBER,))
    made = {"{slope}": _slope, "{sign}": _sign, "{shares}": _shares, "{route}": _route}
    facts = {key[1:-1]: make(case, hypothesis, called) for key, make in made.items() if key in says}
    return {
        "node": called[node],
        "gate": hypothesis.gate,
        "formula": step(graph, node, called),
        "a": called[said] if hypothesis.quoted >= 0 else names[0] if names else "",
        "b": names[1] if len(names) > 1 else "",
        "input": called[_on_the_way(graph, node, wrt)] if names else "",
        "output": graph.names[graph.output],
        "value": "its value" if is_hidden else short_number(float(value)),
        **facts,
    }


def is_still_asked(case: Case, node: int, forms: Sequence[str]) -> bool:
    """Whether one of these forms is asked about a gate: saying it would give an answer away.

    Args:
        case: the circuit.
        node: the gate.
        forms: what a sentence tells: the value of the node, its pattern, its rules as formulas.
    """
    exercise = case.exercise
    later = exercise.step.later if exercise.step else ()
    return any(
        asked.kind.word in forms and (asked.of == node or asked.wrt in case.graph.args[node])
        for asked in (*exercise.questions, *later)
    )


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


# What the gate's own row says


def _turned(case: Case, hypothesis: Hypothesis) -> tuple[int, int]:
    """The gate, and which of its inputs has another rule."""
    (node, slot), *_ = hypothesis.change(case).rules
    assert isinstance(node, int)
    return node, slot


def _gate(case: Case, node: int) -> Gate:
    gate = case.graph.gates[node]
    assert gate is not None
    return gate


def _slope(case: Case, hypothesis: Hypothesis, called: Sequence[str]) -> str:
    """What has another sign: a local derivative, or all that is sent."""
    node, slot = _turned(case, hypothesis)
    gate = _gate(case, node)
    whose = "an input" if gate.variadic else called[case.graph.args[node][slot]]
    is_whole = mentions(gate.local[slot], "g")
    return f"what is sent to {whose}" if is_whole else f"the local derivative for {whose}"


def _sign(case: Case, hypothesis: Hypothesis, called: Sequence[str]) -> str:
    """Which sign the local derivative has that was turned."""
    node, slot = _turned(case, hypothesis)
    args = case.graph.args[node]
    steps = [s for arg in set(args) for s in _trace(case).contributions(arg) if s.output == node]
    taken = [s for s in steps if s.slot == slot or _gate(case, node).variadic]
    for holds, says in _SIGNS:
        if taken and all(s.local is not None and _all(holds(s.local)) for s in taken):
            return says
    if not taken or is_still_asked(case, node, (FORMULA,)):
        return "as its rule has it, with no other sign"
    names = {**rule_names(case.graph, node, slot, called), "g": "upstream"}
    return f"{show(taken[0].typed, names, SOURCE)}, with no other sign"


_SIGNS: tuple[tuple[Callable[[Any], Any], str], ...] = (
    (lambda local: local < 0, "negative here, and its minus sign is lost"),
    (lambda local: local > 0, "positive here, and no minus sign comes in"),
    (lambda local: local >= 0, "nowhere negative here, and no minus sign comes in"),
    (lambda local: local <= 0, "nowhere positive here, and its minus sign is lost"),
)


def _shares(case: Case, hypothesis: Hypothesis, called: Sequence[str]) -> str:
    node = hypothesis.nodes[0]
    return shares(_gate(case, node), [called[arg] for arg in case.graph.args[node]])


def _route(case: Case, hypothesis: Hypothesis, called: Sequence[str]) -> str:
    node = hypothesis.nodes[0]
    return route(_gate(case, node), [called[arg] for arg in case.graph.args[node]])


def shares(gate: Gate, names: Sequence[str]) -> str:
    """What a distributor sends to each of its inputs."""
    if gate.shape.reduces:
        return "each element gets the upstream as it is"
    if len(set(gate.local)) == 1 and len(names) > 1:
        return "each input gets the upstream as it is"
    pairs = zip(names, gate.local, strict=True)
    return " and ".join(f"{name} gets {_SHARE[text]}" for name, text in pairs)


_SHARE = {"1": "the upstream as it is", "-1": "it with its sign turned"}


def route(gate: Gate, names: Sequence[str]) -> str:
    """Where a router sends what arrives."""
    live = [k for k, text in enumerate(gate.local) if text != "0"]
    if not live:
        return "nothing is sent back: its slope is 0"
    if len(live) < len(gate.local):
        return f"only {names[live[0]]} can get the gradient"
    if "p" in {str(term.payload) for term in rule(gate.forward).terms}:
        return "the gradient goes only to the element that was picked"
    return "the gradient goes only to the input that was taken"


def _all(truth: Any) -> bool:
    return bool(truth.all()) if hasattr(truth, "all") else bool(truth)
