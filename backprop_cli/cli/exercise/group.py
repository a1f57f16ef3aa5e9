"""`backprop exercise`: the group of the commands on exercises."""

import click

from backprop_cli.cli.lazy_group import LazyGroup


@click.group(
    cls=LazyGroup,
    places={
        "new": "backprop_cli.cli.exercise.new:new",
        "worksheet": "backprop_cli.cli.exercise.worksheet:worksheet",
        "check": "backprop_cli.cli.exercise.check:check",
        "variants": "backprop_cli.cli.exercise.variants:variants",
    },
    short_help="Make exercises, and hand out worksheets.",
)
def exercise() -> None:
    """Make exercises, hand out worksheets, and check that mistakes can be told apart.

    \b
    Examples:
      backprop exercise new "(x+y)*z" -o chain.toml
      backprop exercise worksheet chain.toml --student ada -o ada.toml
      backprop exercise check chain.toml
    """
