"""The sheet of an exercise on paper: the student's own inputs, the circuit, a line a question.

It asks what the sheet in TOML asks, and that one is handed in.
"""

from collections.abc import Iterator

from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.authoring.worksheet import (
    WRONG_LINE,
    derivation_lines,
    digits_line,
    given_lines,
)
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked, Exercise
from backprop_cli.exercises.model.variants import Variants
from backprop_cli.language.numbers import counted_points
from backprop_cli.render.latex.document import document, environment, heading
from backprop_cli.render.latex.escape import paragraphs_latex, text_latex
from backprop_cli.render.latex.handout import drawn, named
from backprop_cli.render.latex.notation import LatexNotation
from backprop_cli.render.latex.tikz import PACKAGES

_DIGITS = 6
"""As the sheet in TOML shows its inputs."""


def worksheet_latex(exercise: Exercise, variants: Variants | None, student: str) -> Iterator[str]:
    """The text of a student's sheet, in pieces. It holds no answers."""
    return document(_page(exercise, variants, student), PACKAGES)


def _page(exercise: Exercise, variants: Variants | None, student: str) -> Iterator[str]:
    yield named(text_latex(student))
    yield rf"\section*{{{text_latex(exercise.heading.title)}}}"
    yield from (f"{text}\\par" for text in paragraphs_latex(exercise.heading.text))
    if variants is not None:
        number = variants.number_of(student)
        yield from _given(variants.predicted(number).case)
        if exercise.planted is not None:
            yield rf"{text_latex(WRONG_LINE)}\par\medskip"
            lines = derivation_lines(variants.spoilt(number).lines)
            yield from (f"{text_latex(line)}\\par" for line in lines)
    for gate in exercise.code:
        what = f"Write class {gate.class_name}, the {gate.gate} gate, in a .py file."
        yield rf"{text_latex(what)}\par"
    if exercise.questions:
        yield heading("Questions")
        yield rf"{text_latex(_how(exercise))}\par"
        for place, asked in enumerate(exercise.questions, start=1):
            yield from _question(place, asked)


def _given(case: Case) -> Iterator[str]:
    """The program, the inputs, the circuit with room to write, and what else is told."""
    graph, exercise = case.graph, case.exercise
    notation = LatexNotation(graph, _DIGITS)
    gates = [k for k, gate in enumerate(graph.gates) if gate is not None]
    inputs = [
        f"{notation.called[graph.inputs[name]]} = {notation.value(value)}"
        for name, value in case.inputs.items()
    ]
    rows = [f"{notation.called[k]} = {notation.gate(k)}" for k in gates]
    yield from environment("gather", [*rows, r", \quad ".join(inputs)])
    if exercise.planted is None and exercise.questions:
        run = Trace(graph, case.values, case.gradients, case.seed(graph.output))
        yield from drawn(run, notation, blank=True)
    given = given_lines(case)
    if given:
        yield heading("Given")
        yield from (f"{text_latex(line)}\\par" for line in given)


def _how(exercise: Exercise) -> str:
    kinds = dict.fromkeys(asked.kind for asked in exercise.questions)
    told = "; ".join(kind.how for kind in kinds if not kind.is_number)
    how = f"{told[0].upper()}{told[1:]}." if told else ""
    return f"{how} {digits_line(exercise)}".strip()


def _question(place: int, asked: Asked) -> Iterator[str]:
    prompt = f" {text_latex(asked.prompt)}" if asked.prompt else ""
    name = rf"\texttt{{{text_latex(asked.name)}}}"
    yield rf"\medskip\noindent {place}.~{name}{prompt}\hfill ({counted_points(asked.points)})\par"
    yield r"\nopagebreak\vspace{7mm}\noindent\hrulefill\par"
