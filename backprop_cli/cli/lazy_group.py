"""A group of commands, each of which is imported only when it is needed."""

from collections.abc import Mapping
from typing import Any

import click

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.lazy import found


class LazyGroup(click.Group):
    """A group that knows where its commands are, shows its help alone, and corrects typing errors.

    `places` says for each command its `module:name`, in the order of the help; `default` is
    the command that is meant where the first argument names none.
    """

    def __init__(
        self, *args: Any, places: Mapping[str, str], default: str | None = None, **given: Any
    ) -> None:
        super().__init__(*args, **given)
        self.places = places
        self.default = default

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the help."""
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.places:
            return None
        command: click.Command = found(self.places[cmd_name])
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Show the help if there are no arguments; Click 8.2 would raise it as an error."""
        if not args:
            click.echo(ctx.get_help())
            ctx.exit()
        if self.default and args[0] not in (*self.places, *ctx.help_option_names):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which was probably meant."""
        if args and args[0] not in self.places and not args[0].startswith("-"):
            group = f"{self.name} has" if ctx.parent else "there is"
            raise BackpropError(f"{group} no command '{args[0]}'", hint=self.meant(args[0]))
        return super().resolve_command(ctx, args)

    def meant(self, word: str) -> str:
        """What somebody who typed this word may have meant."""
        return did_you_mean(word, [*self.places]) or f"the commands are {', '.join(self.places)}"
