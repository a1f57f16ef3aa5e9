"""A sentence for each step of the backward pass, in the words of the lecture."""

from backprop_cli.autodiff.steps import Step
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.gates.gate import Pattern
from backprop_cli.render.text.backward.edge import numbers
from backprop_cli.render.text.backward.order import summands
from backprop_cli.render.text.explain.broadcasting import broadcast_note
from backprop_cli.render.text.explain.passes import called, gradient_of
from backprop_cli.render.text.explain.rounding import fork_sign, product_sign
from backprop_cli.render.text.options import Look


def sentence(trace: Trace, step: Step, look: Look) -> str:
    """What the gate does to the gradient, for one input, with the numbers."""
    return phrase(
        trace, step, look, (*numbers(step, look, look.room), look.said(product_sign(step, look)))
    )


def phrase(trace: Trace, step: Step, look: Look, said: tuple[str, str, str, str]) -> str:
    """The sentence with these texts for upstream, local, downstream and the sign before it."""
    graph, gate = trace.graph, step.gate
    name, the_gate = inert(graph.names[step.input]), f"The {called(gate)} gate"
    up, local, down, equals = said
    if step.local is None:
        upstream = look.derivative(inert(trace.objective), inert(graph.names[step.output]))
        rule = look.cut(inert(step.rule(look.style, upstream)))
        return f"{the_gate} {_VERBS[gate.pattern]}: {name} gets {rule} = {down}."
    how = broadcast_note(step)
    aside = f", {how}" if how else ""
    fits = f"{name} was copied to fit, and " if how.startswith("summed") else f"{name} "
    sign = look.product_sign(step.upstream, step.local)
    product = f"{up} {sign} {local}{aside} {equals} {down}"
    if gate.pattern is Pattern.DISTRIBUTOR:
        if _is(step, 1.0):
            what = f"{how}: {down}" if how else "unchanged"
            return f"{the_gate} distributes: {fits}gets the upstream {up} {what}."
        if _is(step, -1.0):
            return f"{the_gate} distributes, sign turned: {fits}gets {(how and product) or down}."
        return f"{the_gate} distributes: {fits}gets {product}."
    if gate.pattern is Pattern.ROUTER:
        return f"{the_gate} routes: {_routed(step, fits, up, local, aside, down)}"
    if gate.pattern is Pattern.SWITCHER:
        other = inert(graph.names[graph.args[step.output][1 - step.slot]])
        what = local if other == local else f"{other}'s value, {local},"
        return f"{the_gate} switches: {fits}gets {what} times the upstream {up}{aside}: {down}."
    rule = look.cut(inert(step.rule(look.style)))
    slope = local if rule == local else f"{rule} = {local}"
    return f"{the_gate} scales by its slope, {slope}: {fits}gets {product}."


_VERBS = {
    Pattern.DISTRIBUTOR: "distributes",
    Pattern.ROUTER: "routes",
    Pattern.SWITCHER: "switches, in matrix form",
    Pattern.SCALER: "scales",
}


def _is(step: Step, local: float) -> bool:
    return isinstance(step.local, float) and step.local == local


def _routed(step: Step, name: str, up: str, local: str, aside: str, down: str) -> str:
    if _is(step, 1.0):
        return f"{name}was let through and gets all of the upstream {up}."
    if _is(step, 0.0):
        return f"{name}was not let through and gets 0."
    return f"{name}gets {local} of the upstream {up}{aside}: {down}."


def fork_sentence(trace: Trace, node: int, look: Look) -> str:
    """What happens where a value was used more than once."""
    total = gradient_of(trace, node, look, look.room)
    listed = " + ".join(summands(trace, node, look, look.room, SUMMANDS))
    return fork_phrase(trace, node, listed, total, look.said(fork_sign(trace, node, look)))


SUMMANDS = 8
"""Contributions that a sentence about a fork lists."""


def fork_phrase(trace: Trace, node: int, listed: str, total: str, equals: str) -> str:
    """The sentence with these texts for what arrived, its sum and the sign before that."""
    name, times = inert(trace.graph.names[node]), trace.forks[node]
    return f"{name} was used {times} times, so its gradients add: {listed} {equals} {total}."


def base_sentence(trace: Trace, look: Look) -> str:
    """Where the backward pass begins."""
    f = inert(trace.output)
    if trace.is_seeded_by_one:
        return f"{f} changes exactly as much as {f}: {look.derivative(f, f)} = 1."
    given = gradient_of(trace, trace.graph.output, look, look.room)
    return f"The backward pass starts from the upstream that was given: {given}."


def sentences(trace: Trace, look: Look, most: int | None) -> list[str]:
    """The whole backward pass in words; `most` gates of it."""
    found = [base_sentence(trace, look)]
    for step, completes in trace.steps_in_order(most):
        found.append(sentence(trace, step, look))
        if completes:
            found.append(fork_sentence(trace, step.input, look))
    left = len(trace.reached) - len(trace.reached[:most])
    if left:
        found.append(f"{look.dots} {left:,} more gates: --all tells of them.")
    return found
