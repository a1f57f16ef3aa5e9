"""`backprop lessons`: the group of the commands for authors of lessons."""

import click

from backprop_cli.cli.lazy_group import LazyGroup


@click.group(
    cls=LazyGroup,
    places={
        "check": "backprop_cli.cli.lessons.check:check",
        "new": "backprop_cli.cli.lessons.new:new",
    },
    short_help="Write lessons, and prove that they hold.",
)
def lessons() -> None:
    """Write lessons: prove that they hold what they promise, and begin new ones.

    \b
    Examples:
      backprop lessons check
      backprop lessons new my-lesson
      backprop lessons check my-lesson.toml
    """
