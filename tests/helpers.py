"""What the tests share: run a formula, and look at one node of the run."""

import json
from pathlib import Path
from typing import Any

from backprop_cli.autodiff.trace import Node, Trace, trace
from backprop_cli.gates.shape_rules.value_type import ValueType
from backprop_cli.graph.build import build
from backprop_cli.inputs.values import as_value
from backprop_cli.language.parser import parse

EXAMPLES = json.loads(Path(__file__).with_name("worked_examples.json").read_text(encoding="utf-8"))


def run(formula: str, *, seed: Any = 1.0, **options: Any) -> Trace:
    """The trace of a formula; keywords that `trace` does not know are inputs."""
    known = {k: options.pop(k) for k in ("wrt", "rules", "pins") if k in options}
    inputs = {name: as_value(name, value) for name, value in options.items()}
    shapes = {name: getattr(value, "shape", ()) for name, value in inputs.items()}
    return trace(build(parse(formula), shapes), inputs, seed, **known)


def place(t: Trace, name: str) -> int:
    """The number of the node with this name."""
    return t.graph.names.index(name)


def typed_as(letters: str) -> tuple[ValueType, ...]:
    """The types of a number (s), a vector (v), a row (r) or a matrix (m), in a word."""
    return tuple([ValueType("svrm".index(letter)) for letter in letters])


def by_name(t: Trace, name: str) -> Node:
    return t.node(place(t, name))


def sent(t: Trace) -> list[str]:
    """Every step of the backward pass, as sender>receiver."""
    return [f"{t.graph.names[s.output]}>{t.graph.names[s.input]}" for s in t.steps]
