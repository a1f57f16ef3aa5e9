"""What the tests share: run a formula, and measure a slope without any rule."""

import json
from pathlib import Path
from typing import Any

from backprop_cli.graph.build import build
from backprop_cli.inputs.values import as_value
from backprop_cli.language.parser import parse
from backprop_cli.trace.trace import Trace, trace

EXAMPLES = json.loads(Path(__file__).with_name("worked_examples.json").read_text(encoding="utf-8"))


def run(formula: str, *, seed: Any = 1.0, **options: Any) -> Trace:
    """The trace of a formula; keywords that `trace` does not know are inputs."""
    known = {k: options.pop(k) for k in ("wrt", "rules", "pins") if k in options}
    inputs = {name: as_value(name, value) for name, value in options.items()}
    shapes = {name: getattr(value, "shape", ()) for name, value in inputs.items()}
    return trace(build(parse(formula), shapes), inputs, seed, **known)


def by_name(t: Trace, name: str) -> Any:
    return t.node(t.graph.names.index(name))
