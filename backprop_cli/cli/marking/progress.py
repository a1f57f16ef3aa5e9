"""A bar that says how far the marking is, how fast, and how long it will take."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Show = Callable[[int, float], None]
"""Takes how many submissions are done, and which share of the class was read."""


@contextmanager
def progress(wanted: bool) -> Iterator[Show]:
    """A bar on standard error, where that is a terminal; nothing otherwise."""
    if not (wanted and sys.stderr.isatty()):
        yield lambda done, share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (
        TextColumn("marking"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[done]:,} submissions, {task.fields[rate]:,.0f}/s,"),
        Remaining(),
        TextColumn("left"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0, done=0, rate=0.0)

        def show(done: int, share: float) -> None:
            passed = bar.tasks[0].elapsed or 0.0
            rate = done / passed if passed else 0.0
            bar.update(task, completed=share, done=done, rate=rate)

        yield show
