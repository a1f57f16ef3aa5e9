"""Read an exercise from its TOML file, strictly."""

from dataclasses import replace
from hashlib import blake2b

from backprop_cli.errors import did_you_mean
from backprop_cli.exercises.authoring.circuit_file import Inputs, read_circuit
from backprop_cli.exercises.authoring.mistake_file import (
    all_mistakes,
    claimed_mistakes,
    read_mistake,
    read_planted,
)
from backprop_cli.exercises.authoring.question_file import Defaults, read_asked
from backprop_cli.exercises.code.cases import can_be_written
from backprop_cli.exercises.mistakes.table_history import TABLE
from backprop_cli.exercises.model.exercise import (
    Asked,
    CodeGate,
    Exercise,
    Heading,
    LookedFor,
    Planted,
)
from backprop_cli.gates.table import BY_NAME as GATES
from backprop_cli.inputs.strict import Section, read_strictly

SCHEMA = "backprop/exercise/v1"

MAX_FILE = 1024 * 1024
"""Bytes of the largest exercise file."""

MOST_QUESTIONS, MOST_VARIANTS = 500, 1_000_000


def read_exercise(data: bytes, path: str) -> Exercise:
    """Read an exercise.

    Args:
        data: the content of the file.
        path: its name, for messages.

    Raises:
        BackpropError: for anything unknown, missing or of another type, with its line.
    """
    file = read_strictly(data, path, SCHEMA, MAX_FILE)
    exercise = _read(file, blake2b(data, digest_size=16).digest())
    file.done()
    return exercise


def _read(file: Section, digest: bytes) -> Exercise:
    title, text = file.string("title", most=200), file.string("text", "")
    program = file.string("formula", "")
    inputs = Inputs(file.section("inputs"))
    circuit = None
    code = tuple([_code_gate(section) for section in file.sections("code", 50)])
    if program:
        circuit = read_circuit(file, program, inputs)
    elif not code:
        raise file.error("'formula' is missing: a formula, or [[code]]")
    marking, variants = file.section("marking"), file.section("variants")
    own = tuple([read_mistake(section) for section in file.sections("mistakes", 100)])
    mistakes = all_mistakes(file, own)
    claimed = claimed_mistakes(marking, mistakes)
    defaults = Defaults(marking)
    asked = tuple(
        [
            read_asked(section, circuit, defaults)
            for section in file.sections("questions", MOST_QUESTIONS)
        ]
    )
    _each_once(file, asked)
    planted = read_planted(file, circuit, mistakes)
    count = variants.integer("count", 1, MOST_VARIANTS, 100)
    seed = variants.string("seed", title, 200)
    table = variants.integer("table", 1, TABLE, 1)
    for section in (inputs.section, marking, variants):
        section.done()
    _is_whole(file, asked, code, planted)
    if circuit:
        is_drawn = inputs.drawn or (planted and not (planted.mistake and planted.at))
        circuit = replace(circuit, variants=count if is_drawn else 1, seed=seed)
    looked_for = LookedFor(mistakes, claimed, table)
    return Exercise(circuit, looked_for, asked, planted, code, Heading(title, text, digest))


# What belongs together


def _each_once(file: Section, asked: tuple[Asked, ...]) -> None:
    seen: set[str] = set()
    for number, each in enumerate(asked):
        if each.name in seen:
            raise _question(file, number).error(f"'{each.name}' is asked twice", "ask")
        seen.add(each.name)


def _question(file: Section, number: int) -> Section:
    return Section({}, file.text, file.path, f"questions[{number}]")


OPTIONAL_CHECKS = ("slopes", "arrays", "broadcast", "caching", "inputs")
"""What a code gate may be spared; forward and backward on numbers are always checked."""


def _code_gate(section: Section) -> CodeGate:
    class_name, gate = section.string("class", most=100), section.string("gate", most=50)
    points = section.number("points", 0, 1e6, 1)
    left_out = section.strings("leave-out", [])
    section.done()
    for name in left_out:
        if name not in OPTIONAL_CHECKS:
            hint = did_you_mean(name, list(OPTIONAL_CHECKS))
            hint = hint or f"there are {', '.join(OPTIONAL_CHECKS)}"
            raise section.error(f"there is no check '{name}' to leave out", "leave-out", hint)
    if not class_name.isidentifier():
        raise section.error(f"'{class_name}' is no name of a class", "class")
    if gate not in GATES:
        hint = did_you_mean(gate, list(GATES))
        raise section.error(f"there is no gate '{gate}'", "gate", hint)
    if not can_be_written(GATES[gate]):
        raise section.error(f"the gate '{gate}' cannot be asked for as a class", "gate")
    return CodeGate(class_name, gate, float(points), frozenset(left_out))


def _is_whole(
    file: Section, asked: tuple[Asked, ...], code: tuple[CodeGate, ...], planted: Planted | None
) -> None:
    """See that something is asked, and that what is asked can be answered."""
    if not code and all(each.given for each in asked):
        raise file.error("nothing is asked: add [[questions]]")
    lines = [n for n, each in enumerate(asked) if each.kind.needs_planted]
    if lines and planted is None:
        what = "a wrong line is asked for: plant one by [wrong-line]"
        raise _question(file, lines[0]).error(what, "ask")
    if planted and not lines:
        raise file.error('a wrong line is planted: ask for it, ask = "wrong line"', "wrong-line")
