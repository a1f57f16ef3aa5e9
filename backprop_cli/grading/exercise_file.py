"""Read an exercise from its TOML file, strictly."""

import unicodedata
from hashlib import blake2b
from typing import Any, NamedTuple

from backprop_cli.engine.forward import Value
from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates.compiler import compile_rule
from backprop_cli.gates.table import BY_NAME as GATES
from backprop_cli.grading.exercise import Asked, CodeGate, Drawn, Exercise, Planted
from backprop_cli.grading.mistakes import MISTAKES, Mistake
from backprop_cli.grading.tolerance import Tolerance
from backprop_cli.grading.views import seed_of
from backprop_cli.graph.build import build
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.shapes import Misfit, described, element
from backprop_cli.inputs.bind import bind
from backprop_cli.inputs.strict import Section
from backprop_cli.inputs.tables import parse_toml
from backprop_cli.inputs.values import as_value, read_value
from backprop_cli.language.parser import parse
from backprop_cli.language.question import Form, Question, parse_question

SCHEMA = "backprop/exercise/v1"

MAX_FILE = 1024 * 1024
"""Bytes of the largest exercise file."""

MOST_NODES, MOST_ELEMENTS, MOST_QUESTIONS, MOST_VARIANTS = 400, 20_000, 500, 1_000_000

FOLLOW = {"full": 1.0, "none": 0.0}


def read_exercise(data: bytes, path: str) -> Exercise:
    """Read an exercise.

    Args:
        data: the content of the file.
        path: its name, for messages.

    Raises:
        BackpropError: for anything unknown, missing or of another type, with its line.
    """
    if len(data) > MAX_FILE:
        raise BackpropError(f"{path} is larger than {MAX_FILE // 2**20} MiB")
    values = parse_toml(data, path)
    file = Section(values, data.decode("utf-8-sig"), path)
    schema = file.string("schema")
    if schema != SCHEMA:
        raise file.error(f"schema is '{schema}', this program reads '{SCHEMA}'", "schema")
    exercise = _read(file, blake2b(data, digest_size=16).digest())
    file.done()
    return exercise


def _read(file: Section, digest: bytes) -> Exercise:
    title, text = file.string("title", most=200), file.string("text", "")
    program = file.string("formula", "")
    inputs = _Inputs(file.section("inputs"))
    circuit = None
    code = tuple([_code_gate(section) for section in file.sections("code", 50)])
    if program:
        graph = _graph(file, program, inputs)
        circuit = _Circuit(graph, _upstream(file, graph))
    elif not code:
        raise file.error("'formula' is missing: a formula, or [[code]]")
    marking, variants = file.section("marking"), file.section("variants")
    own = tuple([_mistake(section) for section in file.sections("mistakes", 100)])
    mistakes = _all_mistakes(file, own)
    claimed = _claimed(marking, mistakes)
    defaults = _Defaults(marking)
    asked = tuple(
        [
            _asked(section, circuit, defaults)
            for section in file.sections("questions", MOST_QUESTIONS)
        ]
    )
    _each_once(file, asked)
    planted = _planted(file, circuit, mistakes)
    count = variants.integer("count", 1, MOST_VARIANTS, 100)
    seed = variants.string("seed", title, 200)
    for section in (inputs.section, marking, variants):
        section.done()
    _is_whole(file, asked, code, planted)
    return Exercise(
        title,
        text,
        program.strip(),
        circuit.graph if circuit else None,
        circuit.upstream if circuit else 1.0,
        inputs.fixed,
        inputs.drawn,
        count if inputs.drawn or (planted and not (planted.mistake and planted.at)) else 1,
        seed,
        asked,
        mistakes,
        claimed,
        planted,
        code,
        digest,
    )


# The circuit


class _Circuit(NamedTuple):
    """What questions are asked about."""

    graph: Graph
    upstream: Value


class _Inputs:
    """The inputs of the file: fixed or drawn."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.fixed: dict[str, Value] = {}
        self.drawn: dict[str, Drawn] = {}
        for name in section.values:
            value = section.take(name, "a value", lambda value: True)
            spelt = unicodedata.normalize("NFKC", name)
            if isinstance(value, dict):
                place = f"{section.place}.{name}"
                self.drawn[spelt] = _drawn(Section(value, section.text, section.path, place))
                continue
            try:
                self.fixed[spelt] = (
                    read_value(spelt, value) if isinstance(value, str) else as_value(spelt, value)
                )
            except BackpropError as error:
                raise section.about(name, error) from None

    @property
    def values(self) -> dict[str, Value]:
        """A value of the right shape for each input."""
        return {**{name: _zeros(drawn.shape) for name, drawn in self.drawn.items()}, **self.fixed}


def _zeros(shape: tuple[int, ...]) -> Value:
    if not shape:
        return 0.0
    import numpy as np

    return np.zeros(shape)


def _drawn(section: Section) -> Drawn:
    low = section.number("from", -1e9, 1e9)
    high = section.number("to", -1e9, 1e9)
    step = section.number("step", 1e-9, 1e9, 1)
    shape = section.take(
        "shape",
        "a list of one or two sizes",
        lambda value: (
            isinstance(value, list)
            and 1 <= len(value) <= 2
            and all(type(n) is int and 1 <= n <= 100 for n in value)
        ),
        [],
    )
    section.done()
    if not low < high or (high - low) / step > 1e9:
        raise section.error("'from' must be less than 'to', and 'step' not much smaller")
    return Drawn(float(low), float(high), float(step), tuple(shape))


def _graph(file: Section, program: str, inputs: _Inputs) -> Graph:
    try:
        expression = parse(program)
        values = bind(expression, inputs.values, lambda name: f"{name} = VALUE in [inputs]")
        shapes = {name: getattr(value, "shape", ()) for name, value in values.items()}
        graph = build(expression, shapes)
    except BackpropError as error:
        raise file.about("formula", error) from None
    elements = sum(getattr(value, "size", 1) for value in values.values())
    if len(graph) > MOST_NODES or elements > MOST_ELEMENTS:
        most = f"{MOST_NODES} nodes and {MOST_ELEMENTS:,} elements"
        raise file.error(f"an exercise has at most {most}", "formula")
    return graph


def _upstream(file: Section, graph: Graph) -> Value:
    """The upstream gradient of the output, in its shape."""
    shape = graph.shapes[graph.output]
    given = file.take("upstream", "a number or a list", lambda v: True, 1.0 if not shape else None)
    if given is None:
        # A gradient is asked for only where there is an upstream; values need none.
        return None
    try:
        seed = as_value("upstream", given)
    except BackpropError as error:
        raise file.about("upstream", error) from None
    if getattr(seed, "shape", ()) != shape:
        what = f"'upstream' is {described(getattr(seed, 'shape', ()))}, "
        raise file.error(f"{what}the output is {described(shape)}", "upstream")
    return seed


# Questions


class _Defaults:
    """What holds for every question unless it says otherwise."""

    def __init__(self, marking: Section) -> None:
        self.tolerance = _tolerance(marking, Tolerance())
        self.follow = _follow(marking, 1.0)


def _tolerance(section: Section, default: Tolerance) -> Tolerance:
    relative = section.number("relative", 0, 1, default.relative)
    absolute = section.number("absolute", 0, 1e9, default.absolute)
    digits = section.integer("digits", 1, 15, None)
    if digits is not None and section.has("relative"):
        raise section.error("'digits' and 'relative' contradict each other", "digits")
    if digits is None and not section.has("relative"):
        digits = default.digits
    return Tolerance(float(relative), float(absolute), digits)


def _follow(section: Section, default: float) -> float:
    def fits(value: Any) -> bool:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return value in FOLLOW if isinstance(value, str) else number and 0 <= value <= 1

    given = section.take("follow-through", '"full", "none" or a number from 0 to 1', fits, default)
    return FOLLOW[given] if isinstance(given, str) else float(given)


def _asked(section: Section, circuit: _Circuit | None, defaults: _Defaults) -> Asked:
    source = section.string("ask", most=200)
    try:
        question = parse_question(source)
        of, wrt = _places(question, circuit)
    except BackpropError as error:
        raise section.about("ask", error) from None
    given = section.boolean("given", False)
    if given and question.form is not Form.NUMBER:
        raise section.error("only a value or a gradient can be given", "given")
    asked = Asked(
        question,
        of,
        wrt,
        0.0 if given else float(section.number("points", 0, 1e6, 1)),
        _tolerance(section, defaults.tolerance),
        _follow(section, defaults.follow),
        given,
        section.string("text", "", 1000),
    )
    section.done()
    return asked


def _places(question: Question, circuit: _Circuit | None) -> tuple[int, int]:
    """The nodes that a question is about."""
    if question.form is Form.LINE:
        return -1, -1
    if circuit is None:
        raise BackpropError("there is no formula to ask about")
    graph = circuit.graph
    of = _place(graph, question.of)
    wrt = -1 if question.wrt is None else _place(graph, question.wrt)
    about = of if wrt < 0 else wrt
    if wrt >= 0:
        _has_gradient(circuit, question, of, wrt)
    if question.form is Form.PATTERN and graph.gates[of] is None and not _is_fork(graph, of):
        raise BackpropError(f"{question.of} is no gate, and is used only once: it has no pattern")
    if question.element is not None:
        try:
            rest = element(graph.shapes[about], question.element)
        except Misfit as misfit:
            raise BackpropError(misfit.reason) from None
        if rest:
            raise BackpropError(f"{question.text} is a row: ask for one element of it, or for all")
    return of, wrt


def _place(graph: Graph, name: str) -> int:
    for place, known in enumerate(graph.names):
        if known == name and place not in graph.constants:
            return place
    names = [known for place, known in enumerate(graph.names) if place not in graph.constants]
    hint = did_you_mean(name, names) or f"there are {', '.join(names[:12])}"
    raise BackpropError(f"there is no '{name}' in the circuit", hint=hint)


def _has_gradient(circuit: _Circuit, question: Question, of: int, wrt: int) -> None:
    """See that ∂of/∂wrt starts from a number, or goes through gates element by element only."""
    if wrt > of:
        raise BackpropError(f"{question.of} does not depend on {question.wrt}")
    if of != circuit.graph.output or circuit.upstream is None:
        seed_of(circuit.graph, of, wrt)


def _is_fork(graph: Graph, node: int) -> bool:
    return sum(args.count(node) for args in graph.args) > 1


def _each_once(file: Section, asked: tuple[Asked, ...]) -> None:
    seen: set[str] = set()
    for number, each in enumerate(asked):
        if each.name in seen:
            section = Section({}, file.text, file.path, f"questions[{number}]")
            raise section.error(f"'{each.name}' is asked twice", "ask")
        seen.add(each.name)


# Mistakes and code


def _mistake(section: Section) -> Mistake:
    """A mistake of the teacher's own: a row of the table, in the words of the file."""
    name = section.string("name", most=60)
    title = section.string("title", name.replace("-", " "), 200)
    says = section.string("says", most=500)
    rules: dict[str, tuple[tuple[str | None, ...], ...]] = {}
    gates = section.strings("gates")
    for gate_name in gates:
        gate = GATES.get(gate_name)
        if gate is None:
            hint = did_you_mean(gate_name, list(GATES))
            raise section.error(f"there is no gate '{gate_name}'", "gates", hint)
        texts = tuple([section.string(slot, None, 200) for slot in gate.inputs])
        for slot, text in zip(gate.inputs, texts, strict=True):
            if text is not None:
                _see_that_it_runs(section, slot, text, gate.inputs)
        if not any(texts):
            raise section.error(f"a rule for {' or '.join(gate.inputs)} is missing", "gates")
        rules[gate_name] = (texts,)
    section.done()
    return Mistake(name, title, says, rules)


def _see_that_it_runs(section: Section, slot: str, text: str, inputs: tuple[str, ...]) -> None:
    try:
        compile_rule(text, (*inputs, "out", "g"), "s" * (len(inputs) + 2))
    except BackpropError as error:
        raise section.about(slot, error) from None


def _all_mistakes(file: Section, own: tuple[Mistake, ...]) -> tuple[Mistake, ...]:
    known = {mistake.name for mistake in MISTAKES}
    for number, mistake in enumerate(own):
        if mistake.name in known:
            section = Section({}, file.text, file.path, f"mistakes[{number}]")
            raise section.error(f"there is a mistake '{mistake.name}' already", "name")
        known.add(mistake.name)
    return (*MISTAKES, *own)


def _claimed(marking: Section, mistakes: tuple[Mistake, ...]) -> frozenset[str]:
    names = [mistake.name for mistake in mistakes]
    claimed = marking.strings("mistakes", [])
    for name in claimed:
        _known_mistake(marking, "mistakes", name, names)
    return frozenset(claimed)


def _known_mistake(section: Section, key: str, name: str, names: list[str]) -> None:
    if name not in names:
        hint = did_you_mean(name, names) or f"there are {', '.join(names)}"
        raise section.error(f"there is no mistake '{name}'", key, hint)


def _planted(
    file: Section, circuit: _Circuit | None, mistakes: tuple[Mistake, ...]
) -> Planted | None:
    if not file.has("wrong-line"):
        return None
    section = file.section("wrong-line")
    name, at = section.string("mistake", None), section.string("at", None)
    section.done()
    if circuit is None:
        raise section.error("there is no formula in which a line could be wrong")
    if name is not None:
        _known_mistake(section, "mistake", name, [mistake.name for mistake in mistakes])
    if at is not None:
        try:
            _place(circuit.graph, at)
        except BackpropError as error:
            raise section.about("at", error) from None
    return Planted(name, at)


def _code_gate(section: Section) -> CodeGate:
    class_name, gate = section.string("class", most=100), section.string("gate", most=50)
    points = section.number("points", 0, 1e6, 1)
    section.done()
    if not class_name.isidentifier():
        raise section.error(f"'{class_name}' is no name of a class", "class")
    if gate not in GATES:
        hint = did_you_mean(gate, list(GATES))
        raise section.error(f"there is no gate '{gate}'", "gate", hint)
    return CodeGate(class_name, gate, float(points))


def _is_whole(
    file: Section, asked: tuple[Asked, ...], code: tuple[CodeGate, ...], planted: Planted | None
) -> None:
    """See that something is asked, and that what is asked can be answered."""
    if not code and all(each.given for each in asked):
        raise file.error("nothing is asked: add [[questions]]")
    lines = [each for each in asked if each.question.form is Form.LINE]
    if lines and planted is None:
        raise file.error("a wrong line is asked for: plant one by [wrong-line]", "ask")
    if planted and not lines:
        raise file.error('a wrong line is planted: ask for it, ask = "wrong line"', "wrong-line")
