"""Write a run in a format, as `--format` or the ending of `-o FILE` says."""

import sys
from collections.abc import Mapping
from pathlib import Path

from backprop_cli.errors import BackpropError
from backprop_cli.trace.trace import Trace
from backprop_cli.views.formats import BY_NAME, FORMATS, Format, Wish

TABLE = "table"
NAMES = (TABLE, *BY_NAME)
ENDINGS = {end: format_.name for format_ in FORMATS for end in format_.endings} | {".txt": TABLE}


def format_named(name: str | None, path: str | None) -> Format | None:
    """The format that was asked for, or that the file's ending says; None for the table."""
    ending = ENDINGS.get(Path(path).suffix.lower()) if path else None
    if path is not None and name is None and ending is None:
        known = ", ".join(ENDINGS)
        raise BackpropError(
            f"the ending of '{path}' says no format", hint=f"use {known} or --format"
        )
    return BY_NAME.get(name or ending or TABLE)


def is_pdf(path: str) -> bool:
    """Whether the file is to be a PDF, as its ending says."""
    return Path(path).suffix.lower() == ".pdf"


def refuse_others(chosen: Format, given: Mapping[str, object]) -> None:
    """See that every option that was given means something to the format."""
    for option, value in given.items():
        if value and option not in chosen.takes:
            name = "JSON" if chosen.name == "json" else chosen.name
            because = f": {chosen.why}" if chosen.why else ""
            raise BackpropError(f"{option} and {name} contradict each other{because}")


def write(chosen: Format, run: Trace, wish: Wish, path: str | None) -> None:
    """Write a run to a file, or to standard output."""
    made = chosen.view(run, wish)
    if chosen.typeset and path is not None and is_pdf(path):
        from backprop_cli.views.pdf import typeset

        made = typeset("".join(str(piece) for piece in made))
    if path is not None:
        from backprop_cli.views.export import write_file

        write_file(path, made)
    elif not isinstance(made, bytes):
        sys.stdout.writelines(made)
    elif sys.stdout.isatty():
        what = f"a terminal cannot show {chosen.name}"
        raise BackpropError(what, hint=f"write it to a file: -o f{chosen.endings[0]}")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(made)
