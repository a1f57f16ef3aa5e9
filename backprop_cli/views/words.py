"""A sentence for each step of the backward pass, in the words of the lecture."""

from backprop_cli.errors import inert
from backprop_cli.gates.gate import Pattern
from backprop_cli.trace.steps import Step
from backprop_cli.trace.trace import Trace
from backprop_cli.views.look import Look


def sentence(trace: Trace, step: Step, look: Look) -> str:
    """What the gate does to the gradient, for one input, with the numbers."""
    graph = trace.graph
    name = inert(graph.names[step.input])
    gate = step.gate
    up, down = look.value(step.upstream, 24), look.value(step.downstream, 24)
    if step.local is None:
        rule = inert(
            step.rule(
                look.style, look.derivative(inert(trace.output), inert(graph.names[step.output]))
            )
        )
        return f"The {gate.name} gate {_VERBS[gate.pattern]}: {name} gets {rule} = {down}."
    local = look.value(step.local, 24)
    product = f"{up} {look.times} {local} = {down}"
    if gate.pattern is Pattern.DISTRIBUTOR:
        if _is(step, 1.0):
            return f"The {gate.name} gate distributes: {name} gets the upstream {up} unchanged."
        if _is(step, -1.0):
            return f"The {gate.name} gate distributes, sign turned: {name} gets {down}."
        return f"The {gate.name} gate distributes: {name} gets {product}."
    if gate.pattern is Pattern.ROUTER:
        return f"The {gate.name} gate routes: {_routed(step, name, up, local, down)}"
    if gate.pattern is Pattern.SWITCHER:
        other = inert(graph.names[graph.args[step.output][1 - step.slot]])
        what = local if other == local else f"{other}'s value, {local},"
        return f"The {gate.name} gate switches: {name} gets {what} times the upstream {up}: {down}."
    rule = look.cut(inert(step.rule(look.style)))
    slope = local if rule == local else f"{rule} = {local}"
    return f"The {gate.name} gate scales by its slope, {slope}: {name} gets {product}."


_VERBS = {
    Pattern.DISTRIBUTOR: "distributes",
    Pattern.ROUTER: "routes",
    Pattern.SWITCHER: "switches, in matrix form",
    Pattern.SCALER: "scales",
}


def _is(step: Step, local: float) -> bool:
    return isinstance(step.local, float) and step.local == local


def _routed(step: Step, name: str, up: str, local: str, down: str) -> str:
    if _is(step, 1.0):
        return f"{name} was let through and gets all of the upstream {up}."
    if _is(step, 0.0):
        return f"{name} was not let through and gets 0."
    return f"{name} gets {local} of the upstream {up}: {down}."


def fork_sentence(trace: Trace, node: int, look: Look) -> str:
    """What happens where a value was used more than once."""
    parts = [look.value(step.downstream, 16) for step in trace.contributions(node)]
    name = inert(trace.graph.names[node])
    total = look.value(trace.arrived[node], 30)
    listed = " + ".join(f"({p})" if p.startswith("-") and n else p for n, p in enumerate(parts[:8]))
    more = f" + {look.dots}" if len(parts) > 8 else ""
    return f"{name} was used {len(parts)} times, so its gradients add: {listed}{more} = {total}."


def base_sentence(trace: Trace, look: Look) -> str:
    """Where the backward pass begins."""
    f = inert(trace.output)
    if isinstance(trace.seed, float) and trace.seed == 1.0:
        return f"{f} changes exactly as much as {f}: {look.derivative(f, f)} = 1."
    return (
        f"The backward pass starts from the upstream that was given: {look.value(trace.seed, 40)}."
    )


def sentences(trace: Trace, look: Look, most: int | None) -> list[str]:
    """The whole backward pass in words; `most` gates of it."""
    found = [base_sentence(trace, look)]
    arrived: dict[int, int] = {}
    gates = trace.reached if most is None else trace.reached[:most]
    for k in gates:
        for step in trace.steps_at(k):
            found.append(sentence(trace, step, look))
            arrived[step.input] = arrived.get(step.input, 0) + 1
            if arrived[step.input] == trace.forks.get(step.input):
                found.append(fork_sentence(trace, step.input, look))
    left = len(trace.reached) - len(gates)
    if left:
        found.append(f"{look.dots} {left:,} more gates: --all tells of them.")
    return found
