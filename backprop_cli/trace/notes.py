"""What a learner should be told about a run: kinks, and where inf and NaN were born."""

from collections.abc import Iterator, Sequence
from math import isfinite, isnan
from typing import Any, NamedTuple

from backprop_cli.engine.quiet import quiet
from backprop_cli.engine.tape import kind
from backprop_cli.gates.compiler import compile_rule, condition, rule
from backprop_cli.gates.gate import Gate, Kink
from backprop_cli.language.printer import SOURCE, Style, derivative, show
from backprop_cli.trace.steps import Step, rule_arguments, rule_names
from backprop_cli.trace.trace import Trace

MOST = 100
"""Notes of one kind; a program of a thousand unused steps would otherwise fill the screen."""


class Note(NamedTuple):
    """One thing to know about a run."""

    kind: str
    """kink, inf, nan, unused or constant."""
    node: str
    """The name of the node at which it happened."""
    message: str


def notes(trace: Trace, style: Style = SOURCE) -> list[Note]:
    """Everything that a learner should be told about this run, kinks first."""
    with quiet(trace.graph):
        return [
            *_kinks(trace, style),
            *_births(trace, style),
            *_unused(trace),
        ]


# Kinks


def _kinks(trace: Trace, style: Style) -> Iterator[Note]:
    graph = trace.graph
    count = 0
    for k in sorted(trace.reached):
        gate = trace.gate(k)
        if gate.kink is None:
            continue
        share = _share(trace, k, gate, gate.kink)
        if share:
            count += 1
            if count > MOST:
                name = graph.names[k]
                yield Note("kink", name, f"more gates are at a kink, {name} and after it")
                return
            yield Note("kink", graph.names[k], _kink_text(trace, k, gate, gate.kink, share, style))


def _share(trace: Trace, k: int, gate: Gate, kink: Kink) -> tuple[int, int] | None:
    """At how many elements of how many the gate is at its kink; None where at none."""
    about = kind(trace.graph, k)
    names, types, arguments = rule_arguments(trace.graph, gate, about, trace.values, k, 0)
    at = compile_rule(f"1[{kink.at}]", names, types, about.axis).run(*arguments)
    hits = int(at.sum()) if hasattr(at, "sum") else int(at)
    return (hits, getattr(at, "size", 1)) if hits else None


def _kink_text(
    trace: Trace, k: int, gate: Gate, kink: Kink, share: tuple[int, int], style: Style
) -> str:
    graph = trace.graph
    out = graph.names[k]
    where = _condition(kink.at, rule_names(graph, k), style)
    many = f" at {share[0]} of {share[1]} elements" if share[1] > 1 else ""
    sides = []
    for slot, arg in enumerate(graph.args[k][: len(kink.left)]):
        if trace.arrived[arg] is None:
            continue
        left, right = _said(kink.left[slot]), _said(kink.right[slot])
        slope = derivative(out, graph.names[arg], style)
        sides.append(f"{slope} is {left} from the left, {right} from the right")
        if len(kink.left) == 2 and kink.left[0] == kink.left[1]:
            variables = (arg for arg in graph.args[k] if trace.arrived[arg] is not None)
            names = " or ".join(dict.fromkeys(graph.names[arg] for arg in variables))
            sides = [f"the slope is {left} from the left, {right} from the right, for {names}"]
            break
    return f"{out} is at a kink{many} ({where}): {'; '.join(sides)}; {kink.convention}"


def _condition(text: str, names: dict[str, str], style: Style) -> str:
    """A condition of the gate's row, in the names of the graph."""
    expression = condition(text)
    whole = expression.terms[expression.statements[-1].term]
    return show(expression, names, style, root=whole.args[1])


def _said(text: str) -> str:
    return {"nan": "undefined", "inf": "infinite", "-inf": "minus infinite"}.get(text, text)


# Where inf and NaN are born


def _births(trace: Trace, style: Style) -> Iterator[Note]:
    """The first node whose value, and the first step whose gradient, is not finite."""
    graph = trace.graph
    for k in range(len(graph)):
        value = trace.values[k]
        if not _finite(value):
            what, short = _what(value), _short(value)
            if graph.gates[k] is None:
                text = f"{graph.names[k]} is {short} from the start"
            else:
                text = f"{graph.names[k]} is {short}: born in the forward pass, {_why(trace, k)}"
            yield Note(what, graph.names[k], text)
            break
    if all(gradient is None or _finite(gradient) for gradient in trace.arrived):
        return
    for k in trace.reached:
        for step in trace.steps_at(k):
            if _finite(step.downstream):
                continue
            what, name = _what(step.downstream), graph.names[step.input]
            text = (
                f"{derivative(trace.output, name, style)} is {_short(step.downstream)}: "
                f"born in the backward pass at the {step.gate.name} gate, "
                f"{_why_backward(step, style)}"
            )
            yield Note(what, name, text)
            return


def _why(trace: Trace, k: int) -> str:
    """Why a gate gave something that is not finite."""
    graph = trace.graph
    gate = trace.gate(k)
    names = rule_names(graph, k)
    written = show(rule(gate.text), names)
    inputs = [trace.values[arg] for arg in graph.args[k]]
    if gate.domain and not _in_domain(trace, k, gate):
        needs = _condition(gate.domain, names, SOURCE)
        values = ", ".join(
            f"{name} = {_short(trace.values[arg])}"
            for name, arg in zip(names_of(trace, k), graph.args[k], strict=True)
            if name in needs
        )
        return f"{written} needs {needs} and {values}"
    if all(_finite(value) for value in inputs):
        return f"{written} is larger than a double can hold (1.8e308)"
    return f"{written} with {' and '.join(map(_short, inputs))}"


def names_of(trace: Trace, k: int) -> list[str]:
    """The names of a gate's inputs."""
    return [trace.graph.names[arg] for arg in trace.graph.args[k]]


def _in_domain(trace: Trace, k: int, gate: Gate) -> bool:
    about = kind(trace.graph, k)
    names, types, arguments = rule_arguments(trace.graph, gate, about, trace.values, k, 0)
    holds = compile_rule(f"1[{gate.domain}]", names, types, about.axis).run(*arguments)
    return bool(holds.all()) if hasattr(holds, "all") else bool(holds)


def _why_backward(step: Step, style: Style) -> str:
    """Why a gate sent something that is not finite."""
    if step.local is None:
        return "from values that are not finite"
    up, local = _one(step.upstream), _one(step.local)
    if isnan(up * local) and not isnan(up) and not isnan(local):
        return f"where upstream × local is {_short(step.upstream)} × {_short(step.local)}"
    if not isfinite(local) and isfinite(up):
        return f"where the local derivative, {step.rule(style)}, is {_short(step.local)}"
    return f"where the upstream is {_short(step.upstream)}"


def _unused(trace: Trace) -> Iterator[Note]:
    """Inputs and steps on which the output does not depend."""
    graph = trace.graph
    if trace.seed is None:
        return
    if not any(graph.types) or not graph.inputs:
        yield Note("constant", trace.output, "there is no variable, so there is no gradient")
        return
    names = [name for name, gradient in trace.gradients.items() if gradient is None]
    names += [name for node, name in graph.given.items() if _is_dead(trace, node)]
    for name in names[:MOST]:
        text = f"{trace.output} does not depend on {name}, so {name} has no gradient"
        yield Note("unused", name, text)
    if len(names) > MOST:
        text = f"{trace.output} does not depend on {len(names) - MOST:,} more names"
        yield Note("unused", names[MOST], text)


def _is_dead(trace: Trace, node: int) -> bool:
    return trace.wrt is None and trace.arrived[node] is None and node not in trace.graph.constants


# Numbers


def _elements(value: Any) -> Sequence[float]:
    flat = getattr(value, "ravel", None)
    return flat() if flat else (value,)


def _finite(value: Any) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    import numpy as np

    return bool(np.isfinite(value).all())


def _one(value: Any) -> float:
    """The first element that is not finite, or the first of all."""
    elements = _elements(value)
    return float(next((x for x in elements if not isfinite(x)), elements[0]))


def _what(value: Any) -> str:
    elements = _elements(value)
    return "nan" if any(isnan(x) for x in elements) else "inf"


def _short(value: Any) -> str:
    return f"{_one(value):.4g}"
