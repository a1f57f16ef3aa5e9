"""`backprop gradebook diff`: who moves when an exercise is mended and marked again."""

from typing import TYPE_CHECKING

import click

from backprop_cli.cli.gradebook.common import (
    all_option,
    chosen_in,
    exercise_option,
    opened_book,
    same,
)
from backprop_cli.cli.options import ascii_option
from backprop_cli.errors import BackpropError

if TYPE_CHECKING:
    from backprop_cli.gradebook.diff import ComparedMarking
    from backprop_cli.gradebook.store import Gradebook


@click.command()
@click.argument("old")
@click.argument("new")
@exercise_option
@all_option
@ascii_option
def diff(old: str, new: str, title: str | None, everything: bool, only_ascii: bool) -> None:
    """Show who moves between two gradebooks, by how much, and why.

    OLD and NEW are gradebooks of one class, before and after a key or a tolerance
    was mended. With one gradebook given twice, the version of the exercise that
    counts now is compared with the one that counted before.

    \b
    Example:
      backprop gradebook diff before.db after.db
    """
    from backprop_cli.cli.terminal import console, look_of, show_lines
    from backprop_cli.gradebook.diff import Totals, changes, mended
    from backprop_cli.gradebook.views.moves import diff_lines
    from backprop_cli.render.text.columns import MAX_ROWS_SHOWN

    terminal = console()
    with opened_book(old) as one, opened_book(new) as other:
        before, after = _sides(one, other, title, same=same(old, new))
        most, totals = (None if everything else MAX_ROWS_SHOWN), Totals()
        # Looked through twice, so that a list of any length takes no memory.
        first = [
            change for n, change in enumerate(changes(before, after, totals)) if n < MAX_ROWS_SHOWN
        ]
        rows = changes(before, after, Totals()) if everything else first
        lines = mended(before.exercise, after.exercise)
        look = look_of(terminal, 4, only_ascii)
        show_lines(terminal, diff_lines(after.exercise.title, totals, lines, rows, look, most))


def _sides(
    old: "Gradebook", new: "Gradebook", title: str | None, same: bool
) -> tuple["ComparedMarking", "ComparedMarking"]:
    from backprop_cli.gradebook.diff import ComparedMarking

    after = chosen_in(new, title)
    if not same:
        return ComparedMarking(old, chosen_in(old, title)), ComparedMarking(new, after)
    versions = [e for e in new.exercises(every=True) if e.title == after.title and e != after]
    if not versions:
        what = f"'{after.title}' was marked in one version only"
        raise BackpropError(what, hint="backprop gradebook diff OLD NEW compares two gradebooks")
    return ComparedMarking(old, versions[-1]), ComparedMarking(new, after)
