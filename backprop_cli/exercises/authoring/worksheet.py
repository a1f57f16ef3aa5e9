"""The sheet of an exercise: what is given, and a place for each answer. It is a TOML file."""

import textwrap
from collections.abc import Iterator

from backprop_cli.errors import inert
from backprop_cli.exercises.answers.answers import number_shown
from backprop_cli.exercises.diagnosis.sentences import step
from backprop_cli.exercises.generate.compose import quoted
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.derivation import Line
from backprop_cli.exercises.model.exercise import Asked, Exercise
from backprop_cli.exercises.model.tolerance import digits_wanted, said_digits
from backprop_cli.exercises.model.variants import Variants
from backprop_cli.gates.value import known
from backprop_cli.language.numbers import points_number

WIDTH = 76


def worksheet(exercise: Exercise, variants: Variants | None, student: str) -> str:
    """The text of a student's sheet."""
    lines = [*_comment(exercise.heading.title), *_comment(exercise.heading.text)]
    if variants is not None:
        number = variants.number_of(student)
        case = variants.predicted(number).case
        lines += ["#", *_circuit(case), "#", *_inputs(case)]
        given = given_lines(case)
        if given:
            lines += ["#", "# Given:", *(f"#   {line}" for line in given)]
        if exercise.planted is not None:
            derivation = derivation_lines(variants.spoilt(number).lines)
            lines += ["#", f"# {WRONG_LINE}", "#", *(f"#   {line}" for line in derivation)]
        lines += ["#", *_how(exercise)]
    for gate in exercise.code:
        lines += [f"# Write class {gate.class_name}, the {gate.gate} gate, in a .py file."]
    lines += ["", f"student = {quoted(student)}", ""]
    if exercise.questions:
        lines += ["[answers]", *_answers(exercise.questions)]
    return "\n".join(lines) + "\n"


def _comment(text: str) -> Iterator[str]:
    for paragraph in text.strip().splitlines():
        for line in textwrap.wrap(inert(paragraph), WIDTH) or [""]:
            yield f"# {line}".rstrip()


def _circuit(case: Case) -> Iterator[str]:
    graph = case.graph
    for node, gate in enumerate(graph.gates):
        if gate is not None:
            yield f"#   {inert(step(graph, node))}"


def _inputs(case: Case) -> Iterator[str]:
    for name, value in case.inputs.items():
        yield f"#   {inert(name)} = {number_shown(value)}"


def given_lines(case: Case) -> list[str]:
    """What the sheet shows and does not ask: `q = 3`."""
    return [
        f"{inert(asked.name)} = {number_shown(known(value))}"
        for asked, value in zip(case.exercise.asked, case.key, strict=True)
        if asked.given
    ]


WRONG_LINE = "One line of this derivation is wrong; those after it follow from it."


def derivation_lines(lines: tuple[Line, ...]) -> Iterator[str]:
    """A derivation, each line with its number."""
    for number, line in enumerate(lines, start=1):
        middle = f" = {line.text}" if line.text else ""
        left = line.name.replace("d", "∂", 1).replace("/d", "/∂", 1)
        yield f"{number}.  {inert(left)}{inert(middle)} = {number_shown(line.value)}"


def _how(exercise: Exercise) -> Iterator[str]:
    kinds = dict.fromkeys(asked.kind for asked in exercise.questions)
    told = "; ".join(kind.how for kind in kinds)
    yield from _comment(f"Write each answer after its = sign: {told}. {digits_line(exercise)}")


def digits_line(exercise: Exercise) -> str:
    """How many digits of its numbers a sheet wants; where they differ, the most."""
    numbers = [asked.tolerance for asked in exercise.questions if asked.kind.is_number]
    return said_digits(max(numbers, key=digits_wanted)) if numbers else ""


def _answers(questions: tuple[Asked, ...]) -> Iterator[str]:
    keys = [quoted(inert(asked.name)) for asked in questions]
    wide = max(map(len, keys))
    for key, asked in zip(keys, questions, strict=True):
        if asked.prompt:
            yield from _comment(asked.prompt)
        points = "" if asked.points == 1 else f"  # {points_number(asked.points)} points"
        yield f'{key.ljust(wide)} = ""{points}'
