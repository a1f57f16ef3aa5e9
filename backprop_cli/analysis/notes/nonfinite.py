"""Where the first inf and the first NaN of a run were born, forwards and backwards, and why."""

from collections.abc import Iterator
from math import isinf, isnan
from typing import Any

from backprop_cli.analysis.notes.note import Note
from backprop_cli.autodiff.conditions import (
    element,
    first,
    holds,
    mentioned,
    written,
)
from backprop_cli.autodiff.errstate import without_warnings
from backprop_cli.autodiff.steps import Step, formula_of, rule_names
from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.shapes import Index, copied_from, element_name
from backprop_cli.gates.value import Gradient, Value, known
from backprop_cli.language.numbers import is_finite, short_number
from backprop_cli.language.printer import show
from backprop_cli.language.style import Style, derivative

KINDS = ("inf", "nan")
OVERFLOWS = "is larger than a double can hold (1.8e308)"


def birth_notes(trace: Trace, style: Style) -> Iterator[Note]:
    """The first inf and the first NaN among the values, then among the gradients."""
    with without_warnings(trace.graph):
        yield from _forwards(trace, style)
        yield from _backwards(trace, style)


def _born(value: Value, what: str) -> Index | None:
    """The first element of a value that is inf (of either sign), or nan."""
    if isinstance(value, float):
        return first(isinf(value) if what == "inf" else isnan(value))
    import numpy as np

    return first(np.isinf(value) if what == "inf" else np.isnan(value))


# Forwards


def _forwards(trace: Trace, style: Style) -> Iterator[Note]:
    names = trace.graph.names
    missing = list(KINDS)
    for k, value in enumerate(trace.values):
        for what in tuple(missing):
            place = _born(value, what)
            if place is None:
                continue
            missing.remove(what)
            head = f"{element_name(names[k], place)} is {short_number(element(value, place))}"
            if trace.graph.gates[k] is None:
                yield Note(what, names[k], f"{head} from the start")
            else:
                why = _why(trace, k, place, style)
                yield Note(what, names[k], f"{head}: born in the forward pass, {why}")


def _why(trace: Trace, k: int, place: Index, style: Style) -> str:
    """Why a gate gave something that is not finite at an element."""
    gate = trace.gate(k)
    formula = show(formula_of(trace.graph, k), rule_names(trace.graph, k), style)
    inputs = [trace.values[arg] for arg in trace.graph.args[k]]
    if not gate.shape.is_elementwise:
        if gate.domain and not gate.beyond and all(map(is_finite, inputs)):
            return f"{formula} needs {written(gate.domain, rule_names(trace.graph, k), style)}"
        odd = [
            what for what in ("inf", "-inf") if any(_has(value, float(what)) for value in inputs)
        ]
        return f"{formula} with {' and '.join(odd)}" if odd else f"{formula} overflows on the way"
    found = [element(value, place) for value in inputs]
    if gate.domain and not element(holds(trace, k, gate.domain), place):
        reason = _outside(trace, k, place, formula, style)
        if reason:
            return reason
    if all(map(is_finite, found)):
        return f"{formula} {OVERFLOWS}"
    values = [short_number(value) for value in found]
    put = dict(zip(gate.inputs, values, strict=False)) | {"all": ", ".join(values)}
    return f"{formula} is {show(formula_of(trace.graph, k), put, style)}"


def _has(value: Any, number: float) -> bool:
    return bool((value == number).any()) if hasattr(value, "any") else bool(value == number)


def _outside(trace: Trace, k: int, place: Index, formula: str, style: Style) -> str | None:
    """What a gate needs, if it gave NaN for want of it, or inf at a zero."""
    gate, args = trace.gate(k), trace.graph.args[k]
    guilty = [
        (element_name(trace.graph.names[arg], copied_from(trace.graph.shapes[arg], place)), value)
        for letter, arg in zip(gate.inputs, args, strict=True)
        if letter in mentioned(gate.domain)
        for value in [element(trace.values[arg], place)]
    ]
    values = ", ".join(f"{name} = {short_number(value)}" for name, value in guilty)
    if isnan(element(trace.values[k], place)) or not gate.beyond:
        needs = written(gate.domain, rule_names(trace.graph, k), style)
        return f"{formula} needs {needs} and {values}"
    return f"{formula} with {values}" if any(value == 0 for _, value in guilty) else None


# Backwards


def _backwards(trace: Trace, style: Style) -> Iterator[Note]:
    names = trace.graph.names
    odd = {k for k, gradient in enumerate(trace.arrived) if not is_finite(gradient)}
    missing = [what for what in KINDS if odd]
    if "nan" in missing and all(_born(known(trace.arrived[k]), "nan") is None for k in odd):
        missing.remove("nan")
    arrived: dict[int, Value] = {}
    for k in trace.reached:
        if not missing:
            return
        # What is finite together was finite in every part.
        if odd.isdisjoint(trace.graph.args[k]):
            continue
        for step in trace.steps_at(k):
            before = arrived.get(step.input)
            arrived[step.input] = step.downstream if before is None else before + step.downstream
            for what in tuple(missing):
                message = _of_step(trace, step, before, what, style)
                if message:
                    missing.remove(what)
                    yield Note(what, names[step.input], message)


def _of_step(trace: Trace, step: Step, before: Gradient, what: str, style: Style) -> str | None:
    """What is said if a step, or its sum with those before it, is the first inf or NaN."""
    value = step.downstream
    found = _sent(trace, step, what, style)
    if not found and before is not None:
        value = before + step.downstream
        found = _added(trace, step, before, what)
    if not found:
        return None
    place, where = found
    name = element_name(trace.graph.names[step.input], place)
    short = short_number(element(value, place))
    # What arrives later at a fork may still make another number of it.
    whole = short_number(element(known(trace.arrived[step.input]), place)) == short
    head = f"{'' if whole else 'a contribution to '}{derivative(trace.objective, name, style)}"
    return f"{head} is {short}: born in the backward pass at the {where}"


def _sent(trace: Trace, step: Step, what: str, style: Style) -> tuple[Index, str] | None:
    """Where a gate sent the first inf or NaN: the element that received it, and why."""
    place = _born(step.downstream, what)
    if place is None:
        return None
    if step.local is None:
        return place, f"{step.gate.name} gate, {_of_matrices(trace, step, style)}"
    upstream = _aligned(step)
    product = upstream * step.local
    culprit = _born(product, what)
    if culprit is None:
        odd = "adds inf and -inf" if not is_finite(product) else OVERFLOWS
        return place, f"{step.gate.name} gate, where the sum over the copies of a value {odd}"
    why = _of_product(step, element(upstream, culprit), element(step.local, culprit), style)
    shape = trace.graph.shapes[step.input]
    # A number that is sent to all elements has no place of its own.
    received = copied_from(shape, culprit) if len(culprit) >= len(shape) else place
    return received, f"{step.gate.name} gate, {why}"


def _aligned(step: Step) -> Value:
    """The upstream, with an axis of length 1 where the gate reduced one."""
    axis = step.graph.axes.get(step.output)
    upstream = step.upstream
    if axis is None or not step.gate.shape.reduces or isinstance(upstream, float):
        return upstream
    shape = step.graph.shapes[step.input]
    return upstream.reshape(tuple(1 if at == axis else n for at, n in enumerate(shape)))


def _of_product(step: Step, upstream: float, local: float, style: Style) -> str:
    times = _times(style)
    numbers = f"{short_number(upstream)} {times} {short_number(local)}"
    if is_finite(upstream) and is_finite(local):
        return f"where upstream {times} local, {numbers}, {OVERFLOWS}"
    if isnan(upstream * local) and not isnan(upstream) and not isnan(local):
        return f"where upstream {times} local is {numbers}"
    if is_finite(upstream):
        return f"where the local derivative, {step.rule(style)}, is {short_number(local)}"
    return f"where the upstream is {short_number(upstream)}"


def _times(style: Style) -> str:
    """The sign between two numbers, as screens write it."""
    return "×" if style.partial == "∂" else "*"


def _of_matrices(trace: Trace, step: Step, style: Style) -> str:
    """Why a gate without a simple local derivative sent something that is not finite."""
    args = trace.graph.args[step.output]
    operands = {"the upstream": step.upstream}
    operands |= {trace.graph.names[arg]: trace.values[arg] for arg in args}
    for name, value in operands.items():
        for what in KINDS:
            place = _born(value, what)
            if place is not None:
                return f"where {name} is {short_number(element(value, place))}"
    slope = derivative(trace.objective, trace.graph.names[step.output], style)
    return f"where {step.rule(style, slope)} overflows"


def _added(trace: Trace, step: Step, before: Value, what: str) -> tuple[Index, str] | None:
    """Where contributions that were fine alone add up to inf or NaN."""
    place = _born(before + step.downstream, what)
    if place is None:
        return None
    here, there = element(before, place), element(step.downstream, place)
    outcome = "is nan" if what == "nan" else OVERFLOWS
    plus = f"{short_number(here)} + {short_number(there)}".replace("+ -", "- ")
    return place, f"fork {trace.graph.names[step.input]}, where {plus} {outcome}"
