"""A page of one run: one file that asks nobody for anything, to step through, predict and play.

Everything that a learner typed is data to it. A policy lets the browser run our script and apply
our style, known by their hashes, and nothing else.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from backprop_cli.errors import inert, shortened
from backprop_cli.inputs.values import Value
from backprop_cli.language.printer import CHALK
from backprop_cli.trace.notes import notes
from backprop_cli.trace.trace import Trace
from backprop_cli.views.formats import Wish
from backprop_cli.views.look import Look
from backprop_cli.views.page.circuit import circuit
from backprop_cli.views.page.data import is_live, page_data
from backprop_cli.views.page.questions import asks, questions
from backprop_cli.views.passes import called, gradient_of, value_of, written
from backprop_cli.views.words import sentences

SCRIPTS = (
    "arrays",
    "evaluate",
    "text",
    "told",
    "answers",
    "show",
    "steps",
    "inputs",
    "predict",
    "page",
)
"""The files of the script, in the order in which they build on each other."""
MOST_FIELDS = 36
"""Elements of the largest input that has a field for each."""


def page_view(trace: Trace, wish: Wish) -> Iterator[str]:
    """The page, in pieces.

    Raises:
        BackpropError: if there is no Graphviz, or the circuit is too large for it.
    """
    look = Look(70, wish.digits)
    live, asked = is_live(trace), asks(trace)
    # Before the first piece, so that a failure leaves no half of a page.
    drawn = circuit(trace, look, live)
    yield from _head(trace, wish)
    yield f'<section aria-labelledby="circuit">\n<h2 id="circuit">Circuit</h2>\n{_LEGEND}'
    yield '<div class="wide" id="drawing" tabindex="0" role="region" aria-label="The drawing">\n'
    yield f"{drawn}</div>\n</section>\n"
    yield _read("steps.html")
    if asked:
        yield _read("predict.html")
    yield from _inputs(trace, live)
    yield from _values(trace, look)
    yield from _notes(trace)
    yield from _words(trace, look)
    data = page_data(trace, look) | ({"questions": questions(trace, look)} if asked else {})
    yield f'</main>\n<script type="application/json" id="run">{embedded(data)}</script>\n'
    yield f'<script type="module">{script()}</script>\n</body>\n</html>\n'


def embedded(data: Any) -> str:
    """JSON that can end no script and begin no comment: ASCII without <, > and &."""
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def script() -> str:
    """The script of every page."""
    return "\n".join(_read(f"{name}.js") for name in SCRIPTS)


@cache
def style() -> str:
    """The style of every page."""
    return _read("page.css")


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def policy() -> str:
    """What a browser may do: run our script and apply our style, and load nothing."""
    return (
        f"default-src 'none'; script-src {_hash(script())}; style-src {_hash(style())}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


_LEGEND = (
    '<p class="legend"><span class="value">values</span> stand above the wires, '
    '<span class="gradient">gradients</span> below them.</p>\n'
)


def _head(trace: Trace, wish: Wish) -> Iterator[str]:
    title = _text(" ".join(trace.expression.split()))
    theme = ' data-theme="dark"' if wish.theme == "dark" else ""
    yield (
        f'<!DOCTYPE html>\n<html lang="en"{theme}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy())}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{style()}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{title}</h1>\n"
        '<button type="button" id="theme" class="needs-script">Dark</button>\n</header>\n<main>\n'
    )


def _text(text: str) -> str:
    return escape(inert(shortened(text)))


def _inputs(trace: Trace, live: bool) -> Iterator[str]:
    if not trace.inputs:
        return
    yield '<section aria-labelledby="inputs" id="playing">\n<h2 id="inputs">Inputs</h2>\n'
    if not live:
        yield "<p>This run is too large to be worked out again in a page, so its inputs stay.</p>\n"
        return
    yield (
        '<p class="needs-script">Drag an input or type a number: everything follows. '
        '<button type="button" id="reset">As given</button></p>\n<div id="fields">\n'
    )
    for name, node in trace.graph.inputs.items():
        yield from _input(inert(name), node, trace.values[node])
    yield "</div>\n</section>\n"


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
    elif value.size <= MOST_FIELDS:
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


def _values(trace: Trace, look: Look) -> Iterator[str]:
    """The circuit as a table, for those who cannot see it."""
    names = [inert(name) for name in trace.graph.names]
    yield (
        '<section aria-labelledby="values">\n<h2 id="values">All values</h2>\n'
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
    yield "</tbody>\n</table></div>\n</section>\n"


def _notes(trace: Trace) -> Iterator[str]:
    found = notes(trace, CHALK)
    if found:
        yield '<section aria-labelledby="notes" id="noted">\n'
        yield '<h2 id="notes">Notes on the values as given</h2>\n<ul>\n'
        yield from (f"<li>{_text(note.message)}</li>\n" for note in found)
        yield "</ul>\n</section>\n"


def _words(trace: Trace, look: Look) -> Iterator[str]:
    """The backward pass in sentences: for print, and for those whose browser runs no script."""
    if trace.seed is None:
        return
    yield '<details id="words">\n<summary>The backward pass in words</summary>\n<ol>\n'
    yield from (f"<li>{escape(sentence)}</li>\n" for sentence in sentences(trace, look, None))
    yield "</ol>\n</details>\n"
