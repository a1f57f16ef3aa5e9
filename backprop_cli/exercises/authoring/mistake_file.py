"""Read mistakes of a teacher's own from a TOML file, and which are claimed to be told."""

import re

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.exercises.authoring.circuit_file import place_of
from backprop_cli.exercises.mistakes.mistake import FIELDS, Mistake
from backprop_cli.exercises.mistakes.rule_changes import WrittenRules
from backprop_cli.exercises.mistakes.table import MISTAKES
from backprop_cli.exercises.model.exercise import Circuit, Planted
from backprop_cli.gates.compiler import compile_rule
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.shape_rules.value_type import numbers
from backprop_cli.gates.table import BY_NAME as GATES
from backprop_cli.inputs.strict import FileTable
from backprop_cli.language.parser import parse


def read_mistake(section: FileTable) -> Mistake:
    """A mistake of the teacher's own: a row of the table, in the words of the file."""
    name = section.string("name", most=60)
    title = section.string("title", "", 200) or name.replace("-", " ")
    says = section.string("says", most=500)
    _see_that_it_reads(section, says)
    rules: dict[str, tuple[tuple[str | None, ...], ...]] = {}
    gates = section.strings("gates")
    if not gates:
        raise section.error("'gates' is empty: name the gates at which it is made", "gates")
    for gate_name in gates:
        gate = GATES.get(gate_name)
        if gate is None:
            hint = did_you_mean(gate_name, list(GATES))
            raise section.error(f"there is no gate '{gate_name}'", "gates", hint)
        texts = tuple([section.string(slot, None, 200) for slot in gate.inputs])
        for slot, text in zip(gate.inputs, texts, strict=True):
            if text is not None:
                _see_that_it_runs(section, slot, text, gate)
        if not any(texts):
            raise section.error(f"a rule for {' or '.join(gate.inputs)} is missing", "gates")
        rules[gate_name] = (texts,)
    section.done()
    return Mistake(name, title, says, WrittenRules(rules))


def _see_that_it_reads(section: FileTable, says: str) -> None:
    for field in re.findall(r"\{(.*?)\}", says):
        if field not in FIELDS:
            hint = did_you_mean(field, list(FIELDS)) or f"there are {', '.join(FIELDS)}"
            raise section.error(f"'{{{field}}}' is not filled in", "says", hint)


def _see_that_it_runs(section: FileTable, slot: str, text: str, gate: Gate) -> None:
    names = (*gate.inputs, "out", "g", *("n" * gate.shape.reduces))
    try:
        if _INNER.search(text):
            raise BackpropError("a rule of a mistake has no ties and no onehot")
        if [statement.name for statement in parse(text).statements] != [None]:
            raise BackpropError("a rule is one formula, without a name before it")
        compile_rule(text, names, numbers(len(names)))
    except BackpropError as error:
        raise section.about(slot, error) from None


_INNER = re.compile(r"\b(ties|onehot)\b")
"""Functions for the rules of our own gates, which take what only those have."""


def all_mistakes(file: FileTable, own: tuple[Mistake, ...]) -> tuple[Mistake, ...]:
    """Those of the table, and the teacher's own."""
    known = {mistake.name for mistake in MISTAKES}
    for number, mistake in enumerate(own):
        if mistake.name in known:
            section = FileTable({}, file.text, file.path, f"mistakes[{number}]")
            raise section.error(f"there is a mistake '{mistake.name}' already", "name")
        known.add(mistake.name)
    return (*MISTAKES, *own)


def claimed_mistakes(marking: FileTable, mistakes: tuple[Mistake, ...]) -> frozenset[str]:
    """The names that `mistakes` of a section lists."""
    names = [mistake.name for mistake in mistakes]
    claimed = marking.strings("mistakes", [])
    for name in claimed:
        see_that_it_is_known(marking, "mistakes", name, names)
    return frozenset(claimed)


def see_that_it_is_known(section: FileTable, key: str, name: str, names: list[str]) -> None:
    """Raise an error, with the line of the key, for a mistake that there is not."""
    if name not in names:
        hint = did_you_mean(name, names) or f"there are {', '.join(names)}"
        raise section.error(f"there is no mistake '{name}'", key, hint)


def read_planted(
    file: FileTable,
    circuit: Circuit | None,
    mistakes: tuple[Mistake, ...],
    is_left_open: bool = True,
) -> Planted | None:
    """The mistake in the derivation that is shown, and where it is made: `[wrong-line]`.

    Args:
        file: in which it stands, if it does.
        circuit: what is derived.
        mistakes: those there are.
        is_left_open: whether mistake and place may be left out, and are drawn then.
    """
    if not file.has("wrong-line"):
        return None
    section = file.section("wrong-line")
    if circuit is None:
        raise section.error("there is no formula in which a line could be wrong")
    default = None if is_left_open else ...
    name, at = section.string("mistake", default), section.string("at", default)
    section.done()
    if name is not None:
        see_that_it_is_known(section, "mistake", name, [mistake.name for mistake in mistakes])
    if at is not None:
        try:
            place_of(circuit.graph, at)
        except BackpropError as error:
            raise section.about("at", error) from None
    return Planted(name, at)
