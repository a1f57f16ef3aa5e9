"""Compose an exercise: from a formula its questions, and inputs at which mistakes show."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, NamedTuple

from backprop_cli.errors import BackpropError, inert
from backprop_cli.exercises.authoring.exercise_file import SCHEMA, read_exercise
from backprop_cli.exercises.code.cases import can_be_written
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.mistakes.table_history import TABLE
from backprop_cli.exercises.model.backward_order import backward_order
from backprop_cli.exercises.model.exercise import Drawn
from backprop_cli.exercises.model.variants import UNSOUND, Variants, plain
from backprop_cli.gates.value import Value
from backprop_cli.graph.build import build
from backprop_cli.graph.graph import Graph
from backprop_cli.inputs.values import as_value
from backprop_cli.language.parser import parse

KINDS = ("chain", "gaps", "wrong-line", "shapes", "patterns", "formulas", "code")
ASK = ("all", "values", "gradients")

RANGES = (
    Drawn(-9, 9, 1),
    Drawn(-3, 3, 0.5),
    Drawn(1, 9, 1),
    Drawn(0.5, 3, 0.1),
    Drawn(-1, 1, 0.1),
    Drawn(0.1, 0.9, 0.05),
)
"""From where inputs are drawn: the first with which mistakes can be told apart."""

TRIED = 4
"""Variants by which a range is judged."""


@dataclass(frozen=True)
class ExerciseRequest:
    """What a teacher wants of an exercise."""

    program: str
    kind: str = "chain"
    ask: str = "all"
    """all, values, gradients, or questions separated by commas."""
    title: str = ""
    fixed: Mapping[str, Value] | None = None
    """Inputs that every student gets."""
    drawn: Mapping[str, Drawn] | None = None
    """How inputs are drawn; those left out are drawn from one of `RANGES`."""
    shapes: Mapping[str, tuple[int, ...]] | None = None
    """Inputs that are vectors or matrices."""
    points: float = 1
    seed: str = ""
    same: bool = False
    """All students get the same inputs, drawn once."""


class Composed(NamedTuple):
    """An exercise file."""

    text: str
    cost: int
    """How many mistakes hide at the inputs of the first variants; 0 where all can be told."""


def compose(request: ExerciseRequest) -> Composed:
    """Write an exercise file.

    Raises:
        BackpropError: if the formula cannot be read, or no inputs are found for it.
    """
    graph = _graph(request)
    free = [
        n for n in graph.inputs if n not in (request.fixed or {}) and n not in (request.drawn or {})
    ]
    best: tuple[int, str] | None = None
    for how in RANGES if free else RANGES[:1]:
        drawn = {name: how._replace(shape=graph.shapes[graph.inputs[name]]) for name in free}
        text = _text(request, graph, {**drawn, **(request.drawn or {})})
        cost = _cost(text)
        if best is None or cost < best[0]:
            best = cost, text
        if cost == 0:
            break
    assert best is not None
    if best[0] >= UNSOUND:
        what = "no inputs are found at which everything is finite and smooth"
        raise BackpropError(what, hint="give the inputs, or how they are drawn")
    cost, text = best
    return Composed(
        _with_same_inputs(request, graph, text) if request.same and free else text, cost
    )


def draft(request: ExerciseRequest) -> str:
    """An exercise file whose inputs are all given or drawn as asked; nobody saw whether they suit.

    Raises:
        BackpropError: if the formula cannot be read.
    """
    return _text(request, _graph(request), request.drawn or {})


def _graph(request: ExerciseRequest) -> Graph:
    expression = parse(request.program)
    shapes = {name: getattr(value, "shape", ()) for name, value in (request.fixed or {}).items()}
    shapes |= {name: how.shape for name, how in (request.drawn or {}).items()}
    shapes |= request.shapes or {}
    names = [name for name in expression.free_names() if name not in ("pi", "π", "e")]
    unknown = [name for name in shapes if name not in expression.free_names()]
    if unknown:
        raise BackpropError(f"the formula has no input '{unknown[0]}'")
    return build(
        expression, {name: shapes.get(name, ()) for name in {**dict.fromkeys(names), **shapes}}
    )


def _cost(text: str) -> int:
    """How many mistakes hide at the inputs of the first variants."""
    variants = Variants(read_exercise(text.encode(), "the new exercise"))
    if not variants.circuit.drawn:
        return 0
    return sum(variants.cost(number) for number in range(1, TRIED + 1))


# The text


def _text(request: ExerciseRequest, graph: Graph, drawn: Mapping[str, Drawn]) -> str:
    title = request.title or request.program.replace("\n", "; ").strip()[:80]
    lines = [
        f"schema = {quoted(SCHEMA)}",
        f"title = {quoted(title)}",
        f"formula = {quoted(request.program.strip())}",
    ]
    if graph.shapes[graph.output]:
        lines.append(f"upstream = {_toml(_ones(graph.shapes[graph.output]))}")
    lines += ["", "[inputs]"]
    for name in graph.inputs:
        how = drawn.get(name)
        given = _drawn_text(how) if how else _toml((request.fixed or {})[name])
        lines.append(f"{_key(name)} = {given}")
    if drawn:
        lines += ["", "[variants]", "count = 100", f"seed = {quoted(request.seed or title)}"]
        lines += [f"table = {TABLE}"]
    if request.kind == "wrong-line":
        lines += ["", "[wrong-line]  # a mistake is planted: drawn for each variant"]
    for ask, is_given in questions(graph, request):
        lines += ["", "[[questions]]", f"ask = {quoted(ask)}"]
        if is_given:
            lines.append("given = true")
        elif request.points != 1:
            lines.append(f"points = {request.points:g}")
    return "\n".join(lines) + "\n"


def _ones(shape: tuple[int, ...]) -> Any:
    ones: Any = 1
    for length in reversed(shape):
        ones = [ones] * length
    return as_value("upstream", ones)


def _drawn_text(how: Drawn) -> str:
    parts = [f"from = {how.low:g}", f"to = {how.high:g}"]
    if how.step != 1:
        parts.append(f"step = {how.step:g}")
    if how.shape:
        parts.append(f"shape = {list(how.shape)}")
    return f"{{ {', '.join(parts)} }}"


def _toml(value: Value) -> str:
    if isinstance(value, float):
        if not isfinite(value):
            raise BackpropError("the inputs of an exercise are finite numbers")
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    return "[" + ", ".join(_toml(float(item) if value.ndim == 1 else item) for item in value) + "]"


def _key(name: str) -> str:
    return name if name.isascii() else quoted(name)


def quoted(text: str) -> str:
    """A text as TOML has it, with escapes for what could act on a terminal.

    Raises:
        BackpropError: for bytes that were no UTF-8, which no TOML file can hold.
    """
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BackpropError(f"'{inert(text)}' is no text in UTF-8")
    # JSON's escapes are TOML's.
    letters = json.dumps(text, ensure_ascii=False)
    return "".join([x if inert(x) == x else f"\\U{ord(x):08x}" for x in letters])


# Questions


def questions(graph: Graph, request: ExerciseRequest) -> list[tuple[str, bool]]:
    """The questions of a kind of exercise, and whether each is given."""
    output = graph.names[graph.output]
    gates = [k for k, gate in enumerate(graph.gates) if gate is not None]
    values = [graph.names[k] for k in gates]
    gradients = [f"d{output}/d{graph.names[k]}" for k in backward_order(graph)]
    if request.kind == "wrong-line":
        return [("wrong line", False)]
    if request.kind == "shapes":
        nodes = [*graph.inputs.values(), *gates]
        return [(f"shape({graph.names[k]})", False) for k in gates] + [
            (f"shape(d{output}/d{graph.names[k]})", False) for k in nodes
        ]
    if request.kind == "patterns":
        return [(f"pattern({name})", False) for name in values]
    if request.kind == "formulas":
        return [(f"formula(d{output}/d{name})", False) for name in graph.inputs]
    if request.kind == "gaps":
        # The lecturer's sheet: every second number is there, the rest are gaps.
        asked = [*values, *gradients]
        return [(ask, number % 2 == 0) for number, ask in enumerate(asked)]
    if request.ask in ASK:
        chosen = {"all": [*values, *gradients], "values": values, "gradients": gradients}[
            request.ask
        ]
        return [(ask, False) for ask in chosen]
    return [(ask.strip(), False) for ask in separated(request.ask)]


def separated(text: str) -> list[str]:
    """Questions separated by commas, which stand inside brackets too: df/dW[0,1]."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[(") - (character in "])")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part.strip()]


def _with_same_inputs(request: ExerciseRequest, graph: Graph, text: str) -> str:
    """The exercise with the inputs of its first variant for all."""
    variants = Variants(read_exercise(text.encode(), "the new exercise"))
    inputs = plain(variants.inputs(1))
    fixed = {name: as_value(name, value) for name, value in inputs.items()}
    return _text(replace(request, fixed={**fixed, **(request.fixed or {})}, drawn=None), graph, {})


def code_text(request: ExerciseRequest) -> str:
    """An exercise in which students write the gates of a formula."""
    graph, title = _graph(request), request.title or f"The gates of {request.program}"
    gates = dict.fromkeys(gate for gate in graph.gates if gate is not None)
    written = list(filter(can_be_written, gates))
    if not written:
        raise BackpropError("the formula has no gate that students could write")
    lines = [f"schema = {quoted(SCHEMA)}", f"title = {quoted(title)}"]
    for gate in written:
        lines += ["", "[[code]]", f"class = {quoted(gate.class_name)}"]
        lines += [f"gate = {quoted(gate.name)}", f"points = {request.points:g}"]
    return "\n".join(lines) + "\n"


TRIES = 12
"""Fresh formulas among which one is looked for in which every mistake can be told."""


def fresh_requests(request: ExerciseRequest, level: int) -> Iterator[ExerciseRequest]:
    """The request with a fresh formula of some level, and with others if that does not do."""
    from backprop_cli.exercises.generate.levels import fresh

    for number in range(TRIES):
        made = fresh(level, StableRandom("level", level, request.seed, number))
        title = request.title or f"Level {level}"
        yield replace(request, program=made.program, drawn=made.inputs, title=title)
