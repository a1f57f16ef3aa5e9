"""What `exercise check` shows: which mistakes the inputs of an exercise tell apart."""

from collections.abc import Iterator, Sequence
from operator import add
from textwrap import wrap

from rich.text import Text

from backprop_cli.errors import inert
from backprop_cli.exercises.authoring.soundness import Soundness
from backprop_cli.exercises.diagnosis.collisions import Collision
from backprop_cli.exercises.diagnosis.diagnosis import is_mistakable
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.sense import LARGEST, SMALLEST
from backprop_cli.graph.graph import Graph
from backprop_cli.language.numbers import points_number
from backprop_cli.render.table import GAP, INDENT, Column, table_lines, width_of
from backprop_cli.render.text.options import FAINT, HEADING, WARNING, Look

FACT = 19
"""Columns of the screen for what a fact is called."""


def soundness_lines(found: Soundness, look: Look) -> list[Text]:
    """The exercise and what was looked at, then every collision, and what it means."""
    exercise = found.exercise
    rows = [
        (Text("" if number else fact), Text(part, style))
        for fact, text, style in _facts(found)
        for number, part in enumerate(wrap(text, max(16, look.width - INDENT - FACT - GAP)))
    ]
    lines = [Text(inert(exercise.heading.title), HEADING)]
    lines += table_lines([Column(min_width=FACT), Column()], rows)
    if exercise.circuit is None:
        return lines
    for heading, style, collisions in (
        ("The same answers at these inputs", WARNING, found.avoidable),
        ("The same answers at any inputs", FAINT, found.inseparable),
    ):
        if collisions:
            table = _table(exercise.graph, collisions, style, look)
            lines += [Text(), Text(heading, HEADING), *table]
    return [*lines, Text(), _verdict(found)]


def _facts(found: Soundness) -> Iterator[tuple[str, str, str]]:
    """What each fact is called, the fact, and its style."""
    exercise = found.exercise
    yield "kind", exercise.kind, ""
    yield "questions", f"{len(exercise.questions) + len(exercise.code):,}", ""
    yield "points", points_number(exercise.possible), ""
    if exercise.circuit is None:
        return
    yield "variants looked at", f"{found.variants:,}", ""
    if found.told:
        yield "mistakes told apart", f"{found.told:,}, each by its own answers", ""
    if found.unsound:
        yield "not usable", f"{_variants(found.unsound)}: not finite or at a kink", WARNING
    if found.odd:
        why = f"numbers below {SMALLEST:g} or beyond {LARGEST:g}, or mostly 0"
        yield "not usable", f"{_variants(found.odd)}: {why}", WARNING


def _variants(numbers: Sequence[int]) -> str:
    return f"variant {', '.join(map(str, numbers[:10]))}"


def _table(
    graph: Graph, collisions: Sequence[tuple[int, Collision]], style: str, look: Look
) -> list[Text]:
    """A row for each pair of mistakes; the second stands below the first where room is short."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for variant, collision in collisions:
        other = _named(graph, collision.second) if collision.second else "the right answers"
        pairs.setdefault((_named(graph, collision.first), other), []).append(variant)
    heads = ["mistake", "gives the same as"]
    rows: list[list[str]] = [list(pair) for pair in pairs]
    if any(variant for variant, _ in collisions):
        # What holds at any inputs, or at the only ones, has no variant.
        heads += ["variants", "first"]
        rows = [[*pair, f"{len(at):,}", f"{at[0]:,}"] for pair, at in pairs.items()]
    columns = [Column(head, style, number=n > 1) for n, head in enumerate(heads)]
    widths = [width_of(column, cells) for column, *cells in zip(columns, *rows, strict=True)]
    if INDENT + sum(widths) + GAP * (len(widths) - 1) <= look.width:
        return table_lines(columns, rows)
    columns = [Column("mistake, and what gives the same", style)]
    below = ("  = ", "  variants: ", "  the first: ")
    return table_lines(
        columns,
        [[line] for first, *others in rows for line in (first, *map(add, below, others))],
    )


def _named(graph: Graph, hypothesis: Hypothesis) -> str:
    return f"{inert(hypothesis.mistake.name)} at {inert(graph.names[hypothesis.nodes[0]])}"


def _asks_gradients(found: Soundness) -> bool:
    """Whether there is a question in which a mistake of the backward pass could show."""
    return any(is_mistakable(asked) for asked in found.exercise.asked)


def _verdict(found: Soundness) -> Text:
    if found.is_sound and _asks_gradients(found):
        return Text("Every mistake that this exercise claims can be told.", "green")
    if found.is_sound:
        return Text("Every question has its answer, with every set of inputs.", "green")
    if found.untold:
        names = ", ".join(sorted(found.untold))
        return Text(f"These mistakes are claimed and cannot be told: {names}", WARNING)
    hint = ": choose other ranges in [inputs]" if found.odd else ""
    return Text(f"Some inputs cannot be used{hint}.", WARNING)
