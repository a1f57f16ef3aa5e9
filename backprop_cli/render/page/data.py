"""What a page knows of a run: every text that it shows, and what it needs to run it again."""

import re
from collections.abc import Iterator
from typing import Any

from backprop_cli.analysis.local_names import is_whole_derivative
from backprop_cli.autodiff.steps import Step
from backprop_cli.autodiff.tape import kind
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.gates.compiler import rule
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.gates.kernels import sources
from backprop_cli.gates.shapes import size
from backprop_cli.graph.graph import Graph
from backprop_cli.render.json import plain
from backprop_cli.render.page.tape import LACKING, PAGE, Tree
from backprop_cli.render.text.backward.edge import numbers
from backprop_cli.render.text.explain.broadcasting import broadcast_note
from backprop_cli.render.text.explain.passes import called, gradient_of, value_of, written
from backprop_cli.render.text.explain.rounding import fork_sign, product_sign
from backprop_cli.render.text.explain.words import SUMMANDS, base_sentence, fork_phrase, phrase
from backprop_cli.render.text.options import Look

MOST_GATES, MOST_ELEMENTS = 400, 2_000
"""Gates, and elements of all values, of the largest run that a page works out again."""

Pieces = list[str | int]
"""A sentence with gaps: texts, and between them the places of what is filled in."""


def is_live(trace: Trace) -> bool:
    """Whether the run is so small that a page can work it out again at every change."""
    graph = trace.graph
    forwards = {gate.forward for gate in graph.gates if gate}
    if any(term.payload in LACKING for forward in forwards for term in rule(forward).terms):
        return False
    small = len(trace.reached) <= MOST_GATES and sum(map(size, graph.shapes)) <= MOST_ELEMENTS
    return small and trace.seed is not None and bool(graph.inputs)


def page_data(trace: Trace, look: Look) -> dict[str, Any]:
    """What a page knows of a run, as JSON has it."""
    live = is_live(trace)
    trees: list[Tree] = []
    steps = [_step(trace, step, look, trees if live else None) for step in trace.each_step()]
    nodes = [_node(trace, k, look, trees if live else None) for k in range(len(trace.graph))]
    return {
        "digits": look.digits,
        "room": look.room,
        "summands": SUMMANDS,
        "output": trace.graph.output,
        "objective": inert(trace.objective),
        "seed": plain(trace.seed) if live else None,
        "base": base_sentence(trace, look) if steps or trace.seed is not None else "",
        "live": live,
        "nodes": nodes,
        "steps": steps,
        "trees": trees,
    }


def _node(trace: Trace, k: int, look: Look, trees: list[Tree] | None) -> dict[str, Any]:
    graph = trace.graph
    gate = graph.gates[k]
    about: dict[str, Any] = {
        "name": inert(graph.names[k]),
        "args": graph.args[k],
        "value": value_of(trace, k, look, look.room),
        "gradient": None if trace.arrived[k] is None else gradient_of(trace, k, look, look.room),
    }
    if graph.types[k].is_row:
        about["row"] = True
    if k in trace.forks:
        about["uses"] = trace.forks[k]
        about["sum_sign"] = fork_sign(trace, k, look)
        about["fork"] = _pieces(fork_phrase(trace, k, *_GAPS[:3]))
    if gate is not None:
        about |= {"gate": called(gate), "pattern": gate.pattern.value}
        about["formula"] = written(trace, k, look)
        if trees is not None:
            about |= _again(graph, k, gate, trees)
    elif trees is not None:
        about["at"] = plain(trace.values[k])
    return about


def _again(graph: Graph, k: int, gate: Gate, trees: list[Tree]) -> dict[str, Any]:
    """What a page needs to compute a gate."""
    made = sources(gate, kind(graph, k), gate.local[0], 0, PAGE)
    found: dict[str, Any] = {"forward": _place(made.forward, trees)}
    if gate.variadic:
        found["variadic"] = True
    if k in graph.positions:
        found["position"] = graph.positions[k]
    if gate.shape.reduces and k in graph.axes:
        found["reduces"] = graph.axes[k]
    return found


def _place(tree: Tree, trees: list[Tree]) -> int:
    """The place of a tree among all; each stands there once."""
    if tree not in trees:
        trees.append(tree)
    return trees.index(tree)


def _step(trace: Trace, step: Step, look: Look, trees: list[Tree] | None) -> dict[str, Any]:
    about: dict[str, Any] = {
        "from": step.output,
        "to": step.input,
        "slot": step.slot,
        "sign": look.product_sign(step.upstream, step.local),
        "spread": broadcast_note(step),
        "whole": is_whole_derivative(trace, step),
        "said": (*numbers(step, look, look.room), product_sign(step, look)),
    }
    if trees is None:
        about["ways"] = [_way(trace, step, look, fixed=True)]
        return about
    made = sources(step.gate, kind(step.graph, step.output), step.text, step.slot, PAGE)
    about["downstream"] = _place(made.downstream, trees)
    if made.local is not None:
        about["local"] = _place(made.local, trees)
    branches = list(_branches(step))
    about["ways"] = [_way(trace, one, look) for one in branches]
    about["way"] = [one.branch for one in branches].index(step.branch)
    return about


def _branches(step: Step) -> Iterator[Step]:
    """The step with each branch of its rule, where that has a condition, and with none."""
    expression = rule(step.text)
    term = expression.terms[expression.statements[-1].term]
    if term.op == "call" and term.payload == "where":
        yield step._replace(branch=term.args[1])
        yield step._replace(branch=term.args[2])
        yield step._replace(branch=None)
    else:
        yield step


def _way(trace: Trace, step: Step, look: Look, fixed: bool = False) -> dict[str, Any]:
    """The rule of a step, and what is said about it: of a router, for a local of 1, 0 or other."""
    upstream = look.derivative(inert(trace.objective), inert(step.graph.names[step.output]))
    shown = look.cut(inert(step.rule(look.style, upstream)))
    depends = step.gate.pattern is Pattern.ROUTER and isinstance(step.local, float) and not fixed
    steps = [step._replace(local=slope) for slope in (1.0, 0.0, 0.5)] if depends else [step]
    return {"rule": shown, "says": [_said(trace, one, look) for one in steps]}


def _said(trace: Trace, step: Step, look: Look) -> Pieces:
    """The sentence about a step, with gaps for upstream, local and downstream."""
    upstream, gap, downstream, equals = _GAPS
    local = _constant(step, look) or gap
    return _pieces(phrase(trace, step, look, (upstream, local, downstream, equals)))


def _constant(step: Step, look: Look) -> str:
    """The local derivative where it is the same for all inputs: no variable is in its rule."""
    typed = step.typed
    top = typed.terms[typed.statements[-1].term]
    if top.op == "number" and isinstance(step.local, float):
        return look.number(float(top.payload))
    graph = step.graph
    args = dict(zip(step.gate.inputs, graph.args[step.output], strict=False))
    constants = {name for name, node in args.items() if node in graph.constants} | {"n"}
    varies = any(term.op == "name" and term.payload not in constants for term in typed.terms)
    return "" if varies else numbers(step, look, look.room)[1]


_GAPS = ("\ue000", "\ue001", "\ue002", "\ue003")
"""Stand for what is filled in: characters that `inert` lets nobody else write."""


def _pieces(text: str) -> Pieces:
    """The text, cut at its gaps."""
    pieces = re.split(f"([{''.join(_GAPS)}])", text)
    return [_GAPS.index(piece) if piece in _GAPS else piece for piece in pieces if piece]
