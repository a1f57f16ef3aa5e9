"""`backprop gradebook`: the group of the commands on a gradebook."""

import click

from backprop_cli.cli.lazy_group import LazyGroup


@click.group(
    cls=LazyGroup,
    places={
        "show": "backprop_cli.cli.gradebook.show:show",
        "diff": "backprop_cli.cli.gradebook.diff:diff",
        "set": "backprop_cli.cli.gradebook.set_points:set_",
        "import": "backprop_cli.cli.gradebook.import_progress:import_",
    },
    default="show",
    short_help="Show and export the marks of a class.",
)
def gradebook() -> None:
    """Show the marks of a class, and which mistakes it makes.

    `backprop gradebook BOOK` is short for `backprop gradebook show BOOK`; all of its
    options are in `backprop gradebook show --help`.

    \b
    Examples:
      backprop gradebook class.db
      backprop gradebook class.db --student ada
      backprop gradebook diff before.db after.db
    """
