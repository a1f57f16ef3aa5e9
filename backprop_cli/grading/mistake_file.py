"""Read mistakes of a teacher's own from a TOML file, and which are claimed to be told."""

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates.compiler import compile_rule
from backprop_cli.gates.table import BY_NAME as GATES
from backprop_cli.grading.mistakes import MISTAKES, Mistake
from backprop_cli.inputs.strict import Section


def read_mistake(section: Section) -> Mistake:
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


def all_mistakes(file: Section, own: tuple[Mistake, ...]) -> tuple[Mistake, ...]:
    """Those of the table, and the teacher's own."""
    known = {mistake.name for mistake in MISTAKES}
    for number, mistake in enumerate(own):
        if mistake.name in known:
            section = Section({}, file.text, file.path, f"mistakes[{number}]")
            raise section.error(f"there is a mistake '{mistake.name}' already", "name")
        known.add(mistake.name)
    return (*MISTAKES, *own)


def claimed_mistakes(marking: Section, mistakes: tuple[Mistake, ...]) -> frozenset[str]:
    """The names that `mistakes` of a section lists."""
    names = [mistake.name for mistake in mistakes]
    claimed = marking.strings("mistakes", [])
    for name in claimed:
        see_that_it_is_known(marking, "mistakes", name, names)
    return frozenset(claimed)


def see_that_it_is_known(section: Section, key: str, name: str, names: list[str]) -> None:
    """Raise an error, with the line of the key, for a mistake that there is not."""
    if name not in names:
        hint = did_you_mean(name, names) or f"there are {', '.join(names)}"
        raise section.error(f"there is no mistake '{name}'", key, hint)
