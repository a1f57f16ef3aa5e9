"""The parts of a page that need no script to be read: the picture, inputs, a table, sentences."""

from collections.abc import Iterable, Iterator
from html import escape

from backprop_cli.analysis.notes.notes import notes
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert, shortened
from backprop_cli.gates.shapes import size
from backprop_cli.gates.value import Value
from backprop_cli.language.style import CHALK
from backprop_cli.render.text.explain.passes import called, gradient_of, value_of, written
from backprop_cli.render.text.explain.words import sentences
from backprop_cli.render.text.options import Look

MOST_FIELDS = 36
"""Elements of the largest input that has a field for each."""


def text(typed: str) -> str:
    """What somebody typed, as text of HTML."""
    return escape(inert(shortened(typed)))


def _section(title: str, heading: str, body: Iterable[str], name: str = "") -> Iterator[str]:
    """A part under its heading.

    Args:
        title: the heading.
        heading: the id of the heading.
        body: what stands under it.
        name: the id of the part, where a script asks for it.
    """
    named = f' id="{name}"' if name else ""
    yield f'<section aria-labelledby="{heading}"{named}>\n<h2 id="{heading}">{title}</h2>\n'
    yield from body
    yield "</section>\n"


def picture(drawn: str) -> Iterator[str]:
    """The drawing of the circuit, an SVG, with what its colours say."""
    wide = '<div class="wide" id="drawing" tabindex="0" role="region" aria-label="The drawing">\n'
    return _section("Circuit", "circuit", [_LEGEND, wide, drawn, "</div>\n"])


_LEGEND = (
    '<p class="legend"><span class="value">values</span> stand above the wires, '
    '<span class="gradient">gradients</span> below them.</p>\n'
)


def inputs(trace: Trace, live: bool) -> Iterator[str]:
    """A field for each number that can be changed, or why there is none."""
    if trace.inputs:
        body = _fields(trace) if live else [_STAYS]
        yield from _section("Inputs", "inputs", body, "playing")


_STAYS = "<p>This run is too large to be worked out again in a page, so its inputs stay.</p>\n"


def _fields(trace: Trace) -> Iterator[str]:
    graph = trace.graph
    large = [name for name, k in graph.inputs.items() if size(graph.shapes[k]) > MOST_FIELDS]
    if len(large) < len(graph.inputs):
        yield (
            '<p class="needs-script">Drag an input or type a number: everything follows. '
            '<button type="button" id="reset">As given</button></p>\n<div id="fields">\n'
        )
        for name, node in graph.inputs.items():
            if name not in large:
                yield from _input(inert(name), node, trace.values[node])
        yield "</div>\n"
    for name in large:
        yield f"<p>{text(name)} is too large for fields, and stays as it is.</p>\n"


def _input(name: str, node: int, value: Value) -> Iterator[str]:
    """A slider and a field for a number, a field for each element of a small array."""
    name = escape(name)
    if isinstance(value, float):
        yield (
            f'<div class="input"><label for="input-{node}">{name}</label>'
            f'<input type="range" data-node="{node}" aria-label="{name}, slider" step="any">'
            f'<input type="number" id="input-{node}" data-node="{node}" data-place="0" step="any">'
            "</div>\n"
        )
    else:
        yield f'<fieldset class="input"><legend>{name}</legend>'
        columns = value.shape[-1]
        for place in range(value.size):
            at = [place] if value.ndim == 1 else [*divmod(place, columns)]
            label = f"{name}[{','.join(map(str, at))}]"
            yield (
                f'<input type="number" data-node="{node}" data-place="{place}" step="any" '
                f'aria-label="{label}">' + ("<br>" if (place + 1) % columns == 0 else "")
            )
        yield "</fieldset>\n"


def values(trace: Trace, look: Look) -> Iterator[str]:
    """The circuit as a table, for those who cannot see it."""
    return _section("All values", "values", _table(trace, look))


def _table(trace: Trace, look: Look) -> Iterator[str]:
    names = [inert(name) for name in trace.graph.names]
    yield (
        '<div class="wide" tabindex="0" role="region" aria-label="The table"><table>\n'
        '<thead><tr><th scope="col">node</th><th scope="col">gate</th><th scope="col">formula</th>'
        '<th scope="col">value</th><th scope="col">gradient</th></tr></thead>\n<tbody>\n'
    )
    for k, gate in enumerate(trace.graph.gates):
        kind = called(gate) if gate else "input" if k in trace.graph.inputs.values() else "constant"
        formula = written(trace, k, look) if gate else ""
        known = trace.arrived[k] is not None
        gradient = gradient_of(trace, k, look, look.room) if known else ""
        yield (
            f'<tr data-node="{k}"><th scope="row">{escape(names[k])}</th><td>{escape(kind)}</td>'
            f"<td>{escape(formula)}</td>"
            f'<td><span class="value">{value_of(trace, k, look, look.room)}</span></td>'
            f'<td><span class="gradient">{gradient}</span></td></tr>\n'
        )
    yield "</tbody>\n</table></div>\n"


def noted(trace: Trace) -> Iterator[str]:
    """What is odd about the run."""
    found = notes(trace, CHALK)
    if found:
        items = [f"<li>{text(note.message)}</li>\n" for note in found]
        title = "Notes on the values as given"
        yield from _section(title, "notes", ["<ul>\n", *items, "</ul>\n"], "noted")


def closed(trace: Trace, look: Look, every: bool) -> Iterator[str]:
    """The gradient of each input as one formula."""
    from backprop_cli.render.text.explain.closed_form import closed_form_lines, short_lines
    from backprop_cli.render.text.section import SectionRequest

    found = closed_form_lines(trace, look, SectionRequest()) if every else short_lines(trace, look)
    lines = [line.plain for line in found if "Closed forms" not in line.plain]
    if not lines:
        return
    shown = "\n".join(lines).strip("\n")
    yield from _section("Closed forms", "closed", [f"<pre>{escape(shown)}</pre>\n"], "formulas")


def words(trace: Trace, look: Look) -> Iterator[str]:
    """The backward pass in sentences: for print, and for those whose browser runs no script."""
    if trace.seed is None:
        return
    yield '<details id="words">\n<summary>The backward pass in words</summary>\n<ol>\n'
    yield from (f"<li>{escape(sentence)}</li>\n" for sentence in sentences(trace, look, None))
    yield "</ol>\n</details>\n"
