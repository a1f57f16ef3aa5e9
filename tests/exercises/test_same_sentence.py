"""The same evidence gives the same sentence on a sheet, in a lesson, and on the page."""

from typing import Any

import pytest
from exercise_files import marker, reasons
from learning import course_of
from test_every_gate import circuit_of, plain

from backprop_cli.exercises.diagnosis.doubt import MANY
from backprop_cli.exercises.diagnosis.predictions import predicted_questions
from backprop_cli.exercises.model.reason import ReasonCode
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import GATES
from backprop_cli.lessons.model.course import Course

DOUBTS = (ReasonCode.PERHAPS, ReasonCode.SLIP_OF_SIGN, ReasonCode.ELEMENTS)


def lesson(formula: str, inputs: dict[str, Any], asked: list[str]) -> Course:
    """A lesson of one step, in which all values can be seen."""
    given = ", ".join(f"{name} = {value}" for name, value in inputs.items())
    questions = ", ".join(f'"{each}"' for each in asked)
    return course_of(f"""\
schema = "backprop/lesson/v1"
name = "small"
title = "A small lesson"
minutes = 5
summary = "One circuit."

[[circuits]]
name = "main"
formula = "{formula}"
inputs = {{ {given} }}

[[steps]]
name = "step"
text = "Go."
circuit = "main"
given = "values"
ask = [{questions}]
""")


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_a_wrong_gradient_after_right_ones_is_explained_alike(gate: Gate) -> None:
    made = circuit_of(gate)
    graph = made.graph
    inputs = {name: plain(value) for name, value in made.inputs.items()}
    predicted = predicted_questions(made)
    output = graph.names[graph.output]
    names = [f"d{output}/d{graph.names[each.node]}" for each in predicted]
    marking, course = marker(graph.source, inputs, names), lesson(graph.source, inputs, names)
    assert sum(len(each.wrong) for each in predicted) > 3
    for place, (name, each) in enumerate(zip(names, predicted, strict=True)):
        right = {name: plain(each.key) for name, each in zip(names[:place], predicted)}  # noqa: B905
        for answer, on_the_page in each.wrong:
            sheet = marking.mark("ada", {**right, name: plain(answer)})
            in_a_lesson = course.judge(course.step(0), place, str(plain(answer)))
            assert in_a_lesson.reason == on_the_page
            if place < MANY - 1 or sheet.marks[place].code is ReasonCode.MISTAKE:
                assert reasons(sheet)[name] == on_the_page
            else:
                # On a sheet with so many right ones, it is perhaps a slip of the pen.
                assert sheet.marks[place].code in DOUBTS


@pytest.mark.parametrize("answer", [-10, 7, -3, 5, 17, 2.5])
def test_a_wrong_value_is_explained_alike(answer: float) -> None:
    inputs = {"x": -2, "y": 5, "z": -4}
    on_a_sheet = reasons(marker("q = x + y; f = q * z", inputs, ["q"]).mark("ada", {"q": answer}))
    course = lesson("q = x + y; f = q * z", inputs, ["q"])
    assert course.judge(course.step(0), 0, str(answer)).reason == on_a_sheet["q"]
