"""One chain-rule step: upstream × local = downstream, for one input of one gate."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

from backprop_cli.autodiff.errstate import without_warnings
from backprop_cli.autodiff.tape import kind
from backprop_cli.gates.compiler import compile_condition, compile_rule, mentions, rule
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.kernels import (
    Kind,
    Rules,
    backward_kernel,
    reader,
    variadic_backward_kernel,
)
from backprop_cli.gates.shape_rules.value_type import Types
from backprop_cli.gates.spelling import along, with_plain_rows, with_powers_by_element
from backprop_cli.gates.value import Value
from backprop_cli.graph.graph import Graph
from backprop_cli.language.printer import show
from backprop_cli.language.style import SOURCE, Style
from backprop_cli.language.syntax import Expression


class Step(NamedTuple):
    """What one gate sends to one of its inputs."""

    graph: Graph
    output: int
    """The node of the gate."""
    input: int
    """The node that receives."""
    slot: int
    """Which input of the gate it is, from 0."""
    upstream: Value
    """The gradient of the gate's output, in its shape."""
    local: Value | None
    """The local derivative: a number, or for each element; None for a matrix gate."""
    text: str
    """The gate's rule as its row has it, in a, b, out and g."""
    branch: int | None
    """Which term of the rule applied: the branch of a `where` that was taken."""
    downstream: Value
    """What the input receives, in its shape: upstream × local."""

    @property
    def gate(self) -> Gate:
        """The gate that sends."""
        gate = self.graph.gates[self.output]
        assert gate is not None
        return gate

    def __repr__(self) -> str:
        """Who sends what to whom; a NamedTuple would write out the whole graph."""
        names = self.graph.names
        local = self.rule() if self.local is None else f"{self.rule()} = {self.local}"
        return (
            f"<step of {self.gate.name}: {names[self.output]} -> {names[self.input]}, "
            f"upstream {self.upstream}, local {local}, downstream {self.downstream}>"
        )

    def rule(self, style: Style = SOURCE, upstream: str = "g") -> str:
        """The rule that was run, in the names of the graph.

        The local derivative; for a matrix gate the whole downstream, where `upstream`
        is what to write for the upstream gradient.
        """
        names = rule_names(self.graph, self.output, self.slot)
        names["g"] = upstream
        arrays = array_names(self.graph, self.output)
        return show(self.typed, names, style, fold=True, arrays=arrays)

    @property
    def typed(self) -> Expression:
        """The branch of the rule that was taken, as one could type it for these shapes."""
        graph, node, gate = self.graph, self.output, self.gate
        text = with_powers_by_element(rule(self.text), matrix_names(graph, node))
        if self.branch is not None:
            text = text._replace(statements=(text.statements[-1]._replace(term=self.branch),))
        axis = graph.axes.get(node)
        if axis is not None and len(graph.shapes[graph.args[node][0]]) > 1:
            kept = ("out", "g") if gate.shape.reduces else ()
            return along(text, axis, kept, spread=True)
        written = [graph.types[k] for k in (*graph.args[node], node)]
        meant = kind(graph, node).types
        if gate.variadic or "@" not in {term.op for term in text.terms}:
            return text
        names = (*gate.inputs, "g")
        plain = {name for name, m, w in zip(names, meant, written, strict=True) if m != w}
        types = dict(zip(names, meant, strict=True)) | {"out": meant[-1]}
        return with_plain_rows(text, types, plain, meant[self.slot] != written[self.slot])


def array_names(graph: Graph, node: int) -> set[str]:
    """The names in the rules of a gate that stand for arrays at a node."""
    return {name for name, place in _places_of_names(graph, node) if graph.shapes[place]}


def matrix_names(graph: Graph, node: int) -> set[str]:
    """The names in the rules of a gate that stand for matrices at a node."""
    return {name for name, k in _places_of_names(graph, node) if len(graph.shapes[k]) > 1}


def _places_of_names(graph: Graph, node: int) -> list[tuple[str, int]]:
    gate = graph.gates[node]
    assert gate is not None
    return [*zip(gate.inputs, graph.args[node], strict=False), ("out", node), ("g", node)]


def formula_of(graph: Graph, node: int) -> Expression:
    """What a gate computes, as one could type it for the shapes at a node."""
    gate = graph.gates[node]
    assert gate is not None
    formula = with_powers_by_element(rule(gate.text), matrix_names(graph, node))
    return along(formula, graph.axes[node]) if node in graph.axes else formula


def rule_names(
    graph: Graph, node: int, slot: int = 0, called: Sequence[str] | None = None
) -> dict[str, str]:
    """What the names in the rules of a gate stand for at a node.

    Args:
        graph: where the node stands.
        node: a gate.
        slot: which of its inputs a rule is about.
        called: what each node is called, where that is not its name.
    """
    gate, args = graph.gates[node], graph.args[node]
    assert gate is not None
    called = called or graph.names
    names = {"out": called[node]}
    if gate.variadic:
        names["all"] = ", ".join(called[arg] for arg in args)
        names["a"], names["p"] = called[args[slot]], str(slot)
        return names
    names |= {name: called[arg] for name, arg in zip(gate.inputs, args, strict=True)}
    if node in graph.positions:
        names["p"] = ", ".join(map(str, graph.positions[node]))
    names["n"] = f"{prod(graph.shapes[args[0]]) / prod(graph.shapes[node]):g}"
    return names


def steps_of(
    graph: Graph,
    values: Sequence[Value],
    upstream: Value,
    node: int,
    texts: tuple[str, ...],
    wanted: Sequence[bool] | Mapping[int, bool],
) -> list[Step]:
    """The steps of one gate, last input first, for the inputs that want a gradient."""
    gate = graph.gates[node]
    assert gate is not None
    about = kind(graph, node)
    args = graph.args[node]
    found = []
    with without_warnings(graph):
        for slot in range(len(args) - 1, -1, -1):
            if wanted[args[slot]]:
                text = texts[0 if gate.variadic else slot]
                down = downstream(gate, about, values, upstream, node, args, slot, texts)
                local, branch = _local(graph, gate, about, values, node, slot, text)
                found.append(
                    Step(graph, node, args[slot], slot, upstream, local, text, branch, down)
                )
    return found


def downstream(
    gate: Gate,
    about: Kind,
    values: Sequence[Value],
    upstream: Value,
    node: int,
    args: tuple[int, ...],
    slot: int,
    texts: tuple[str, ...],
) -> Value:
    """What the kernel of the backward pass sends, with this input as the only one."""
    sent: dict[int, Any] = {node: upstream, args[slot]: None}
    if gate.variadic:
        variadic_backward_kernel(gate, about, texts[0])(values, sent, node, args, (slot,))
    else:
        only = tuple(place == slot for place in range(len(args)))
        kernel = backward_kernel(gate, about, Rules(texts, only, only))
        kernel(values, sent, node, *_places(gate, args, slot))
    found: Value = sent[args[slot]]
    return found


def _local(
    graph: Graph,
    gate: Gate,
    about: Kind,
    values: Sequence[Value],
    node: int,
    slot: int,
    text: str,
) -> tuple[Value | None, int | None]:
    """The local derivative, None where the rule has none, and the branch that was taken."""
    names, types, arguments = rule_arguments(graph, gate, about, values, node, slot)
    branch = branch_of(text, names, types, about.axis, arguments)
    if mentions(text, "g"):
        return None, branch
    return compile_rule(text, names, types, about.axis).run(*arguments), branch


def rule_arguments(
    graph: Graph, gate: Gate, about: Kind, values: Sequence[Value], node: int, slot: int
) -> tuple[tuple[str, ...], Types, list[Any]]:
    """Names, types and values of everything that a rule may refer to, but the upstream."""
    names, types, read = reader(gate, about)
    return names, types, list(read(values, node, *_places(gate, graph.args[node], slot)))


def _places(gate: Gate, args: tuple[int, ...], slot: int) -> tuple[Any, Any]:
    """Where a kernel of the gate reads its inputs (see `engine.tape`)."""
    if gate.variadic:
        return args, slot
    return args[0], args[1] if len(args) == 2 else -1


def branch_of(
    text: str, names: tuple[str, ...], types: Types, axis: int | None, arguments: list[Any]
) -> int | None:
    """The term that a rule `where(condition, yes, no)` comes down to, if it is the same for all."""
    expression = rule(text)
    top = expression.statements[-1].term
    term = expression.terms[top]
    if term.op != "call" or term.payload != "where":
        return None
    condition = show(expression, root=term.args[0])
    holds = compile_condition(condition, names, types, axis).run(*arguments)
    share = float(holds) if not hasattr(holds, "mean") else float(holds.mean())
    return {1.0: term.args[1], 0.0: term.args[2]}.get(share)
