"""Write marks: on the terminal, or to a file that is whole or as it was before."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from backprop_cli.exercises.marking.result import Graded

if TYPE_CHECKING:
    from rich.text import Text

    from backprop_cli.gradebook.sheet import Sheet


def without_key(graded: Graded) -> Graded:
    """The marks without the right answers."""
    return replace(graded, marks=tuple([replace(mark, key="") for mark in graded.marks]))


def write_marks(graded: Graded, path: str | None, show_key: bool, only_ascii: bool) -> None:
    """The table of one submission."""
    from backprop_cli.cli.terminal import console, look_of
    from backprop_cli.exercises.marking.table import mark_lines

    look = look_of(console(), 4, only_ascii)
    write_lines(mark_lines(graded, look, show_key), path)


def write_lines(lines: Iterable["Text"], path: str | None) -> None:
    """Lines of text, folded to the terminal, or as they are in a file."""
    from backprop_cli.cli.terminal import console, show_lines

    if path is None:
        show_lines(console(), lines)
    else:
        from backprop_cli.render.export import write_file

        write_file(path, (f"{line.plain}\n" for line in lines))


def write_sheet(format_: str, sheet: "Sheet", path: str | None, show_key: bool) -> None:
    """The marks in a format for programs."""
    from backprop_cli.gradebook.exports import export

    if not show_key:
        sheet = replace(sheet, graded=map(without_key, sheet.graded))
    write_text(export(format_, sheet), path)


def write_text(pieces: Iterator[str], path: str | None) -> None:
    """Pieces of text, one after another."""
    if path is None:
        sys.stdout.writelines(pieces)
    else:
        from backprop_cli.render.export import write_file

        write_file(path, pieces)
