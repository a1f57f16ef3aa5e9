"""What `exercise check` shows: which mistakes the inputs of an exercise tell apart."""

from collections.abc import Sequence

from rich.text import Text

from backprop_cli.errors import inert
from backprop_cli.exercises.authoring.soundness import Soundness
from backprop_cli.exercises.diagnosis.collisions import Collision
from backprop_cli.exercises.diagnosis.diagnosis import is_mistakable
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.sense import LARGEST, SMALLEST
from backprop_cli.graph.graph import Graph
from backprop_cli.language.numbers import counted_points
from backprop_cli.render.text.options import FAINT, HEADING, WARNING, Look


def soundness_lines(found: Soundness, look: Look) -> list[Text]:
    """The exercise in a line, then every collision, and what it means."""
    exercise = found.exercise
    asked = _counted(len(exercise.questions) + len(exercise.code), "question")
    lines = [
        Text(inert(exercise.heading.title), HEADING),
        Text(f"  {exercise.kind}, {asked}, {counted_points(exercise.possible)}"),
    ]
    if exercise.circuit is None:
        return lines
    lines.append(Text(f"  {_counted(found.variants, 'variant')} looked at"))
    if found.told:
        told = f"  {_counted(found.told, 'mistake')} told apart, each by its own answers"
        lines.append(Text(told))
    if found.unsound:
        numbers = ", ".join(map(str, found.unsound[:10]))
        lines.append(Text(f"  not finite or at a kink: variant {numbers}", WARNING))
    if found.odd:
        numbers = ", ".join(map(str, found.odd[:10]))
        what = f"numbers below {SMALLEST:g} or beyond {LARGEST:g}, or mostly 0: variant {numbers}"
        lines.append(Text(f"  {what}", WARNING))
    for heading, style, collisions in (
        ("The same answers at these inputs", WARNING, found.avoidable),
        ("The same answers at any inputs", FAINT, found.inseparable),
    ):
        if collisions:
            lines += [Text(), Text(heading, HEADING)]
            lines += [Text(f"  {line}", style) for line in _table(exercise.graph, collisions)]
    return [*lines, Text(), _verdict(found)]


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _table(graph: Graph, collisions: Sequence[tuple[int, Collision]]) -> list[str]:
    lines = []
    for variant, collision in collisions:
        other = _named(graph, collision.second) if collision.second else "the right answers"
        where = f"variant {variant}: " if variant else ""
        lines.append(f"{where}{_named(graph, collision.first)} = {other}")
    return list(dict.fromkeys(lines))


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
