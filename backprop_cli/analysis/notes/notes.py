"""What a learner should be told about a run: kinks, where inf and NaN were born, what is unused."""

from collections.abc import Iterator

from backprop_cli.analysis.notes.kinks import kink_notes
from backprop_cli.analysis.notes.nonfinite import birth_notes
from backprop_cli.analysis.notes.note import MAX_NOTES_OF_A_KIND, Note
from backprop_cli.analysis.notes.rounding_noise import noise_notes
from backprop_cli.autodiff.trace import Trace
from backprop_cli.graph.rewriting.subgraph import feeding
from backprop_cli.language.style import SOURCE, Style


def notes(trace: Trace, style: Style = SOURCE) -> list[Note]:
    """Everything that a learner should be told about this run, kinks first."""
    return [
        *kink_notes(trace, style),
        *birth_notes(trace, style),
        *noise_notes(trace, style),
        *unused_notes(trace),
    ]


def unused_notes(trace: Trace) -> Iterator[Note]:
    """Inputs and steps on which the output does not depend, or that there is no input at all."""
    graph = trace.graph
    if trace.seed is None:
        return
    if not graph.inputs:
        yield Note("constant", trace.output, "there is no variable, so there is no gradient")
        return
    used = feeding(graph)
    names = [name for name in trace.gradients if not used[graph.inputs[name]]]
    names += [name for node, name in graph.given.items() if not used[node]]
    for name in names[:MAX_NOTES_OF_A_KIND]:
        text = f"{trace.output} does not depend on {name}, so {name} has no gradient"
        yield Note("unused", name, text)
    if len(names) > MAX_NOTES_OF_A_KIND:
        text = f"{trace.output} does not depend on {len(names) - MAX_NOTES_OF_A_KIND:,} more names"
        yield Note("unused", names[MAX_NOTES_OF_A_KIND], text)
