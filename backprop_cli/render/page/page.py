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

from backprop_cli.autodiff.trace import Trace
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.page.circuit import circuit
from backprop_cli.render.page.data import is_live, page_data
from backprop_cli.render.page.parts import closed, inputs, noted, picture, text, values, words
from backprop_cli.render.text.options import Look

SCRIPTS = (
    "arrays",
    "evaluate",
    "text",
    "step_texts",
    "answers",
    "show",
    "steps",
    "inputs",
    "predict",
    "page",
)
"""The files of the script, in the order in which they build on each other."""


def page_view(trace: Trace, wish: FormatOptions) -> Iterator[str]:
    """The page, in pieces.

    Raises:
        BackpropError: if the circuit is too large.
    """
    look = Look(70, wish.digits)
    live = is_live(trace)
    asked = wish.questions(trace, look) if wish.questions else None
    # Before the first piece, so that a failure leaves no half of a page.
    drawn = circuit(trace, look, live)
    yield from _head(trace, wish)
    yield from picture(drawn)
    yield _read("steps.html")
    if asked:
        yield _read("predict.html")
    yield from inputs(trace, live)
    yield from values(trace, look)
    yield from closed(trace, look, wish.closed)
    yield from noted(trace)
    yield from words(trace, look)
    data = page_data(trace, look) | ({"questions": asked} if asked else {})
    yield f'</main>\n<script type="application/json" id="run">{embedded(data)}</script>\n'
    yield f'<script type="module">{script()}</script>\n</body>\n</html>\n'


def embedded(data: Any) -> str:
    """JSON that can end no script and begin no comment: ASCII without <, > and &."""
    plain = json.dumps(data, allow_nan=False, separators=(",", ":"))
    return plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


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


def _hash(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


def _head(trace: Trace, wish: FormatOptions) -> Iterator[str]:
    title = text(" ".join(trace.expression.split()))
    # Where no theme is asked for, a page is as the reader's system is.
    theme = f' data-theme="{wish.theme}"' if wish.theme else ""
    yield (
        f'<!DOCTYPE html>\n<html lang="en"{theme}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy())}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{style()}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{title}</h1>\n"
        '<button type="button" id="theme" class="needs-script">Dark</button>\n</header>\n<main>\n'
    )
