"""A descent for programs: a row a step as CSV, or all of it as JSON; every digit is written."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

from backprop_cli.analysis.descent import Descent
from backprop_cli.gates.value import Value

SCHEMA = "backprop/descent/v1"


def as_csv(found: Descent) -> Iterator[str]:
    """A header, then a row for each point: the value, the inputs, their gradients."""
    f, first = found.start.output, found.points[0]
    header = ["step", f]
    for name in found.names:
        elements = [*_elements(name, first.inputs[name])]
        header += [name for name, _ in elements] + [f"d{f}/d{name}" for name, _ in elements]
    yield _row(header)
    for number, point in enumerate(found.points):
        row: list[Any] = [number, point.value]
        for name in found.names:
            row += [number for _, number in _elements(name, point.inputs[name])]
            row += [number for _, number in _elements(name, point.gradients[name])]
        yield _row(row)


def as_json(found: Descent) -> Iterator[str]:
    """One object; a number that is not finite is a text."""
    points = [
        {
            "value": _plain(point.value),
            "inputs": {name: _plain(value) for name, value in point.inputs.items()},
            "gradients": {name: _plain(value) for name, value in point.gradients.items()},
        }
        for point in found.points
    ]
    whole = {
        "schema": SCHEMA,
        "formula": found.start.expression,
        "output": found.start.output,
        "rate": found.rate,
        "outcome": found.outcome.name.lower().replace("_", "-"),
        "points": points,
    }
    yield json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


WRITERS: dict[str, Callable[[Descent], Iterator[str]]] = {"csv": as_csv, "json": as_json}


def _elements(name: str, value: Value) -> Iterator[tuple[str, float]]:
    """Each element with its name: W[0,1]."""
    if isinstance(value, float):
        yield name, value
        return
    import numpy as np

    for place in np.ndindex(value.shape):
        yield f"{name}[{','.join(map(str, place))}]", float(value[place])


def _row(cells: list[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, float):
        return _plain(value.tolist())
    return value if isfinite(value) else str(value)
