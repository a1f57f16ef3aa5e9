"""On which inputs a student's gate is tried, and what is right there by our own rule.

First come small whole numbers, in a fixed order, so that what fails can be shown with the
smallest example. Then come inputs drawn from a hash of the student's own file: the same file
always meets the same numbers, and a file that lists answers has another hash.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

from backprop_cli.autodiff.backward import run
from backprop_cli.gates.compiler import compile_rule
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shape_rules.value_type import numbers
from backprop_cli.gates.value import Value, known
from backprop_cli.graph.build import build
from backprop_cli.graph.graph import Graph
from backprop_cli.language.parser import parse

MAX_GATE_CASES = 512
"""Gates, with the kinds and shapes of their inputs, whose cases are kept."""

HIDDEN = 2
"""How often each kind of inputs is tried with drawn numbers."""


GRID = tuple(n / 16 for n in range(-48, 49) if n)
"""What is drawn from."""


class ClassCase(NamedTuple):
    """One use of a gate."""

    inputs: tuple[Value, ...]
    upstream: Value


class Truth(NamedTuple):
    """What is right there."""

    out: Value
    gradients: tuple[Value, ...]


class Cases(NamedTuple):
    """The cases of one kind of inputs."""

    shown: tuple[ClassCase, ...]
    hidden: tuple[ClassCase, ...]


def can_be_written(gate: Gate) -> bool:
    """Whether a class with `forward(self, x, y)` can stand for the gate."""
    return not gate.variadic and bool(gate.shape.class_cases(len(gate.inputs)))


def cases_of(gate: Gate, source: bytes) -> dict[str, Cases]:
    """Kind of inputs (numbers, arrays, broadcast) -> its cases, for one student's file."""
    digest = sha256(gate.name.encode() + b"\0" + source).digest()
    return {
        kind: Cases(shown, tuple(_hidden(gate, shown, digest + kind.encode())))
        for kind, shown in shown_cases(gate).items()
    }


@lru_cache(maxsize=MAX_GATE_CASES)
def shown_cases(gate: Gate) -> dict[str, tuple[ClassCase, ...]]:
    """The small cases that may be shown, the smallest first."""
    kinds = gate.shape.class_cases(len(gate.inputs))
    return {kind: _cases(gate, written) for kind, written in kinds.items()}


def _cases(gate: Gate, written: Sequence[Any]) -> tuple[ClassCase, ...]:
    cases = [
        ClassCase(
            tuple([_inside(gate, name, v) for name, v in zip(gate.inputs, inputs, strict=True)]),
            _value(upstream),
        )
        for inputs, upstream in written
    ]
    return tuple(cases)


def _value(written: Any) -> Value:
    if not isinstance(written, list):
        return float(written)
    import numpy as np

    return np.array(written, dtype=float)


def _inside(gate: Gate, name: str, written: Any) -> Value:
    """The value; outside the gate's domain its size, or one that is smaller than 1."""
    value = _value(written)
    if isinstance(value, float):
        return _nearest(gate, name, value)
    import numpy as np

    return np.array([_nearest(gate, name, v) for v in value.flat]).reshape(value.shape)


def _nearest(gate: Gate, name: str, value: float) -> float:
    if _allowed(gate, name, value):
        return value
    return abs(value) if _allowed(gate, name, abs(value)) else 0.5 / value


def _allowed(gate: Gate, name: str, value: float) -> bool:
    if not gate.domain:
        return True
    holds = compile_rule(f"1[{gate.domain}]", gate.inputs, numbers(len(gate.inputs))).run
    return bool(holds(*(value if other == name else 1.0 for other in gate.inputs)))


def _hidden(gate: Gate, shown: Sequence[ClassCase], seed: bytes) -> list[ClassCase]:
    """Cases of the same shapes with drawn numbers: all different, none 0, so none at a kink."""
    import numpy as np

    random = np.random.RandomState(np.frombuffer(sha256(seed).digest(), dtype=np.uint32))
    cases = []
    for case in [*shown] * HIDDEN:
        pool = random.permutation(GRID).tolist()
        inputs = [
            _drawn(gate, *named, pool) for named in zip(gate.inputs, case.inputs, strict=True)
        ]
        shape = np.shape(case.upstream)
        upstream = random.randint(33, 96, size=shape) * random.choice([-1, 1], size=shape) / 32
        cases.append(ClassCase(tuple(inputs), upstream if shape else float(upstream)))
    return cases


def _drawn(gate: Gate, name: str, like: Value, pool: list[float]) -> Value:
    """A value in the shape of `like`, of numbers inside the domain that leave the pool."""
    count = getattr(like, "size", 1)
    allowed = _allowed_of_grid(gate, name)
    taken = list(islice((v for v in pool if v in allowed), count))
    for number in taken:
        pool.remove(number)
    if isinstance(like, float):
        return taken[0]
    import numpy as np

    return np.array(taken).reshape(like.shape)


@lru_cache(maxsize=MAX_GATE_CASES)
def _allowed_of_grid(gate: Gate, name: str) -> frozenset[float]:
    return frozenset([value for value in GRID if _allowed(gate, name, value)])


def truth(gate: Gate, case: ClassCase, texts: Sequence[str | None] = ()) -> Truth:
    """What our own gate gives; with `texts`, what it gives by these rules instead of its own.

    Raises:
        Exception: where a rule that a learner may have in mind does not fit the shapes.
    """
    graph = _graph(gate, tuple([getattr(v, "shape", ()) for v in case.inputs]))
    inputs = dict(zip(gate.inputs, case.inputs, strict=True))
    rules: dict[tuple[str | int, int], str] = {
        (graph.output, slot): text for slot, text in enumerate(texts) if text is not None
    }
    values, gradients = run(graph, inputs, case.upstream, rules=rules)
    sent = [known(gradients[graph.inputs[name]]) for name in gate.inputs]
    return Truth(values[graph.output], tuple(sent))


@lru_cache(maxsize=MAX_GATE_CASES)
def _graph(gate: Gate, shapes: tuple[tuple[int, ...], ...]) -> Graph:
    graph = build(parse(f"f = {gate.called}"), dict(zip(gate.inputs, shapes, strict=True)))
    assert graph.gates[graph.output] is gate
    return graph
