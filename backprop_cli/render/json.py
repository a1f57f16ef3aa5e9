"""A trace as JSON, `backprop/explain/v1`, written piece by piece so that size is no matter."""

import json
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite, prod
from typing import TYPE_CHECKING, Any

from backprop_cli.analysis.notes import notes
from backprop_cli.autodiff.trace import Trace
from backprop_cli.graph.graph import Graph
from backprop_cli.render.format_options import FormatOptions

if TYPE_CHECKING:
    from backprop_cli.analysis.rewrite_comparison import RewriteComparison

SCHEMA = "backprop/explain/v1"


def json_view(trace: Trace, wish: FormatOptions) -> Iterator[str]:
    """The document, with the formula as typed where it was folded or unfolded."""
    return explain_json(trace, wish.comparison, wish.closed)


def explain_json(
    trace: Trace, comparison: "RewriteComparison | None" = None, closed: bool = False
) -> Iterator[str]:
    """The text of the document, in pieces. Its JSON Schema is `docs/explain.schema.json`.

    Args:
        trace: the run.
        comparison: the formula as typed, where the run is of what it was folded or unfolded to.
        closed: whether the gradient of each input is also written as one formula.
    """
    graph = trace.graph
    head = {
        "schema": SCHEMA,
        "expression": trace.expression,
        **({"read_as": trace.graph.read_as} if trace.graph.read_as else {}),
        "output": trace.output,
        "value": trace.value,
        "upstream": trace.seed,
        "inputs": trace.inputs,
        "gradients": trace.gradients,
    }
    yield "{\n"
    for key, value in head.items():
        yield f'  "{key}": '
        yield from _record(value) if isinstance(value, dict) else _value(value)
        yield ",\n"
    yield '  "nodes": '
    yield from _array((_node(trace, k) for k in range(len(graph))), graph)
    yield ',\n  "steps": '
    yield from _array((_step(trace, step) for step in trace.each_step()), graph)
    yield ',\n  "notes": '
    found = ({"kind": n.kind, "node": n.node, "message": n.message} for n in notes(trace))
    yield from _array(found, graph)
    if closed:
        yield f',\n  "closed": {dumps(list(_closed(trace)))}'
    if comparison is not None:
        yield f',\n  "rewritten": {dumps(_rewritten(comparison))}'
    yield "\n}\n"


def _closed(trace: Trace) -> Iterator[dict[str, Any]]:
    from backprop_cli.analysis.closed_form.closed import closed_forms

    for form in closed_forms(trace):
        yield {
            "input": form.input,
            "formula": form.text,
            "conditions": list(form.conditions),
            "used": list(form.used),
        }


def _rewritten(comparison: "RewriteComparison") -> dict[str, Any]:
    from backprop_cli.analysis.rewrite_comparison import differences, lines
    from backprop_cli.language.printer import show_program

    rewritten = comparison.rewritten
    return {
        "direction": "fold" if comparison.folds else "unfold",
        "gates": comparison.gates,
        "formula": show_program(rewritten.expression),
        "rewrites": [
            {**line._asdict(), "span": [one.start, one.end], "steps": one.steps}
            for line, one in zip(lines(comparison), rewritten.rewrites, strict=True)
        ],
        "kept": [
            {"gate": one.gate, "span": [one.start, one.end], "steps": one.steps}
            for one in rewritten.kept
        ],
        "gradients_as_typed": {
            name: plain(value) for name, value in comparison.typed.gradients.items()
        },
        "differences": {one.name: plain(one.most) for one in differences(comparison)},
    }


def _node(trace: Trace, k: int) -> dict[str, Any]:
    node = trace.node(k)
    return {
        "name": node.name,
        "gate": node.gate,
        "inputs": node.inputs,
        "shape": node.shape,
        "value": node.value,
        "gradient": node.gradient,
        "span": node.span,
    }


def _step(trace: Trace, step: Any) -> dict[str, Any]:
    names = trace.graph.names
    return {
        "gate": step.gate.name,
        "pattern": step.gate.pattern.word,
        "output": names[step.output],
        "input": names[step.input],
        "upstream": step.upstream,
        "local": step.local,
        "rule": step.rule(),
        "downstream": step.downstream,
    }


def _array(items: Iterable[dict[str, Any]], graph: Graph) -> Iterator[str]:
    """A JSON array with an object a line."""
    large = any(prod(shape) > AT_ONCE for shape in graph.shapes)
    opening = "[\n    "
    for item in items:
        if large:
            yield opening
            yield from _record(item)
        else:
            yield opening + dumps({key: plain(value) for key, value in item.items()})
        opening = ",\n    "
    yield "[]" if opening.startswith("[") else "\n  ]"


AT_ONCE = 10_000
"""Elements of the largest array that is one piece of text."""


def _record(record: Mapping[str, Any]) -> Iterator[str]:
    """An object on one line, a value at a time."""
    opening = "{"
    for key, value in record.items():
        yield f"{opening}{dumps(key)}: "
        yield from _value(value)
        opening = ", "
    yield "{}" if opening == "{" else "}"


def _value(value: Any) -> Iterator[str]:
    """A value; a large array in pieces, since its text takes twenty times its own memory."""
    if getattr(value, "size", 0) <= AT_ONCE:
        yield dumps(plain(value))
        return
    opening = "["
    if value.ndim > 1:
        for row in value:
            yield opening
            yield from _value(row)
            opening = ", "
    else:
        for start in range(0, value.size, AT_ONCE):
            yield opening + dumps(plain(value[start : start + AT_ONCE]))[1:-1]
            opening = ", "
    yield "]"


def dumps(value: Any) -> str:
    """One line of JSON, ASCII only, that has been made `plain`."""
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(allow_nan=False)


def plain(value: Any) -> Any:
    """A value as JSON has it: floats at full precision, NaN and infinities as strings."""
    if value is None or isinstance(value, (str, tuple)):
        return value
    if isinstance(value, (float, int)):
        return value if isfinite(value) else _word(value)
    return _plain_list(value.tolist())


def _plain_list(items: list[Any]) -> list[Any]:
    return [
        _plain_list(i) if isinstance(i, list) else i if isfinite(i) else _word(i) for i in items
    ]


def _word(value: float) -> str:
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
