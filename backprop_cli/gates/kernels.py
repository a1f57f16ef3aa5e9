"""The two moves of a gate on the tape, forward and backward, written out from its row.

A kernel reads its inputs from the list of values, and leaves its result there; a
backward kernel takes the gradient of its node and hands each input its share. Kernels
are made from the texts of the row, once for each gate and kind of inputs, and shared.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from backprop_cli.gates.compiler import mentions, rule
from backprop_cli.gates.dialect import PYTHON, Dialect, Source
from backprop_cli.gates.emitter import Emitter, TypedCode, named
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shape_rules.value_type import Types, ValueType
from backprop_cli.gates.value import Array, Value

Kernel = Callable[..., Any]

MAX_KERNELS = 4096
"""Kernels of each sort that are kept: every mistake and every index has its own."""


class Kind(NamedTuple):
    """What a kernel must know of a node besides its gate."""

    types: Types
    """The types of the inputs, then of the output."""
    same_shape: bool
    """All inputs have the shape of the output."""
    axis: int | None = None
    position: tuple[int, ...] = ()
    """The element that an index takes."""


class Reader(NamedTuple):
    """How to read what a rule may refer to."""

    names: tuple[str, ...]
    types: Types
    read: Callable[..., tuple[Any, ...]]
    """`f(values, k, i, j)`: the values of the names; for a variadic gate `j` is the input."""


@lru_cache(maxsize=MAX_KERNELS)
def forward_kernel(gate: Gate, kind: Kind) -> Kernel:
    """`f(values, k, i, j)`: compute node k from its inputs i and j.

    For a variadic gate `i` is the tuple of all inputs; a missing `j` is -1.
    """
    _, fetches = _inputs(gate, kind)
    source, emitter = _computed(gate, kind)
    return _define("v, k, i, j", fetches, [f"v[k] = {source}"], emitter)


def _computed(gate: Gate, kind: Kind, dialect: Dialect = PYTHON) -> tuple[Source, Emitter]:
    """The source of what the gate computes."""
    names, _ = _inputs(gate, kind)
    emitter = Emitter(names, kind.axis, keep=False, dialect=dialect)
    emitter.scope["p"] = kind.position
    return emitter.as_number(emitter.emit(rule(gate.forward))), emitter


class Rules(NamedTuple):
    """The rules by which a backward kernel sends gradients, one for each input."""

    texts: tuple[str, ...]
    wanted: tuple[bool, ...]
    """Which inputs get a gradient: those that depend on a variable."""
    first: tuple[bool, ...]
    """Which contributions are the first to arrive at their node, and need no sum."""


@lru_cache(maxsize=MAX_KERNELS)
def backward_kernel(gate: Gate, kind: Kind, rules: Rules) -> Kernel:
    """`f(values, gradients, k, i, j)`: send the gradient of node k to its inputs, last first."""
    names, fetches = _inputs(gate, kind)
    names |= _upstream(gate, kind, fetches)
    emitter = Emitter(names, kind.axis)
    emitter.scope["p"] = kind.position
    lines = []
    for slot in reversed(range(len(rules.texts))):
        if rules.wanted[slot]:
            target = "ij"[slot]
            sent = _downstream(emitter, gate, kind, rules.texts[slot], slot)
            lines.append(
                f"G[{target}] = " + ("" if rules.first[slot] else f"G[{target}] + ") + sent
            )
    return _define("v, G, k, i, j", fetches, lines, emitter)


@lru_cache(maxsize=MAX_KERNELS)
def variadic_backward_kernel(gate: Gate, kind: Kind, text: str) -> Kernel:
    """The backward kernel of a gate with any number of inputs; `j` says which get a gradient."""
    _, fetches = _inputs(gate, kind)
    names = _upstream(gate, kind, fetches)
    emitter = Emitter(_of_each(gate, kind) | names)
    sent = _downstream(emitter, gate, kind, text, 0)
    lines = [
        "for p in reversed(j):",
        "    t = i[p]",
        "    a = v[t]",
        f"    d = {sent}",
        "    G[t] = d if G[t] is None else G[t] + d",
    ]
    return _define("v, G, k, i, j", fetches, lines, emitter)


class Sources(NamedTuple):
    """What the kernels run, in another dialect: in a, b, all, out, g, n and p."""

    forward: Source
    downstream: Source
    """What one input is sent, in its shape."""
    local: Source
    """The local derivative; None where the rule is the whole downstream."""


@lru_cache(maxsize=MAX_KERNELS)
def sources(gate: Gate, kind: Kind, text: str, slot: int, dialect: Dialect) -> Sources:
    """What a gate runs, and the rule `text` by which it sends to one input, for another language.

    Of a gate that reduces along an axis, `out` and `g`
    have that axis at length 1; of a variadic gate `a` is the input and `p` its place.
    """
    fetches: dict[str, str] = {}
    names, _ = _inputs(gate, kind)
    names |= _of_each(gate, kind) | _upstream(gate, kind, fetches)
    emitter = Emitter(names, kind.axis, dialect=dialect)
    sent = _downstream(emitter, gate, kind, text, 0 if gate.variadic else slot)
    is_whole = mentions(text, "g")
    local = None if is_whole else emitter.as_number(emitter.emit(rule(text)))
    return Sources(_computed(gate, kind, dialect)[0], sent, local)


def _of_each(gate: Gate, kind: Kind) -> dict[str, TypedCode]:
    """The names that a rule of a variadic gate has for each of its inputs."""
    if not gate.variadic:
        return {}
    names, _ = _inputs(gate, kind)
    return {**names, "a": named("a", kind.types[0]), "p": named("p")}


@lru_cache(maxsize=MAX_KERNELS)
def reader(gate: Gate, kind: Kind) -> Reader:
    """What a rule of the gate may refer to, the upstream apart, and a function that reads it."""
    names, fetches = _inputs(gate, kind)
    names |= _output(gate, kind, fetches)
    if gate.variadic:
        names |= _of_each(gate, kind)
        fetches |= {"p": "j", "a": "v[i[p]]"}
    emitter = Emitter(names)
    emitter.scope["p"] = kind.position
    read = _define("v, k, i, j", fetches, [f"return ({', '.join(names)},)"], emitter)
    return Reader(tuple(names), tuple([code.type for code in names.values()]), read)


def _inputs(gate: Gate, kind: Kind) -> tuple[dict[str, TypedCode], dict[str, str]]:
    """The names of the inputs, and for each the source that fetches it."""
    if gate.variadic:
        return {"all": named("all", kind.types[0])}, {"all": "[v[x] for x in i]"}
    names = {name: named(name, type_) for name, type_ in zip(gate.inputs, kind.types, strict=False)}
    if gate.shape.picks_elements:
        names["p"] = named("p")
    return names, {name: f"v[{slot}]" for name, slot in zip(gate.inputs, "ij", strict=False)}


def _output(gate: Gate, kind: Kind, fetches: dict[str, str]) -> dict[str, TypedCode]:
    """The output in the shape that rules need, and how many elements went into each of it."""
    type_ = kind.types[-1]
    fetches["out"] = "v[k]"
    names = {}
    if gate.shape.reduces:
        fetches["n"] = "count(a, v[k])"
        names["n"] = named("n")
        if kind.axis is not None:
            fetches["out"] = f"kept(v[k], a, {kind.axis})"
            type_ = ValueType.MATRIX
    return {"out": named("out", type_), **names}


def _upstream(gate: Gate, kind: Kind, fetches: dict[str, str]) -> dict[str, TypedCode]:
    """The output, and the upstream gradient, which has its shape."""
    names = _output(gate, kind, fetches)
    fetches["g"] = fetches["out"].replace("v[k]", "G[k]")
    return {"g": named("g", names["out"].type), **names}


def _downstream(emitter: Emitter, gate: Gate, kind: Kind, text: str, slot: int) -> Source:
    """The source of upstream × local, in the shape of the input."""
    code = emitter.emit(rule(text))
    if not mentions(text, "g"):
        code = emitter.times_upstream(text, code)
    exact = kind.same_shape or gate.shape.is_fitted(text)
    if exact and code.type.stored == kind.types[slot].stored:
        return emitter.as_number(code)
    return emitter.fitted(code, gate.inputs[slot])


def _define(parameters: str, fetches: dict[str, str], work: list[str], emitter: Emitter) -> Kernel:
    """A function that does the work, fetching only what the work needs."""
    body = "\n".join(f"    {line}" for line in work)
    for name, source in reversed(fetches.items()):
        if re.search(rf"\b{name}\b", body):
            body = f"    {name} = {source}\n{body}"
    source = f"def kernel({parameters}):\n{body}\n"
    scope: dict[str, Any] = {**emitter.scope, "kept": _kept, "count": _count, "source": source}
    # Our own source: fetches, and rules of which the emitter knows every name.
    exec(source, scope)
    kernel: Kernel = scope["kernel"]
    return kernel


def _kept(reduced: Array, a: Array, axis: int) -> Array:
    """What was reduced along `axis` of `a`, with that axis back at length 1."""
    return reduced.reshape(tuple(1 if place == axis else n for place, n in enumerate(a.shape)))


def _count(a: Value, out: Value) -> float:
    """How many elements of `a` went into each element of `out`."""
    return float(getattr(a, "size", 1) / getattr(out, "size", 1))
