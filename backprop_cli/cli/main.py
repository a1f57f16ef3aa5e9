"""The command group, and what every command does about errors, pipes and terminals."""

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

import click

from backprop_cli.errors import BackpropError, did_you_mean, inert
from backprop_cli.lazy import found

COMMANDS = {
    "learn": "backprop_cli.cli.learning.learn:learn",
    "practice": "backprop_cli.cli.learning.practice:practice",
    "lessons": "backprop_cli.cli.learning.lessons:lessons",
    "explain": "backprop_cli.cli.formula.explain:explain",
    "check": "backprop_cli.cli.formula.check:check",
    "hessian": "backprop_cli.cli.formula.hessian:hessian",
    "modes": "backprop_cli.cli.formula.modes:modes",
    "gates": "backprop_cli.cli.formula.gates:gates",
    "exercise": "backprop_cli.cli.marking.exercise:exercise",
    "grade": "backprop_cli.cli.marking.grade:grade",
    "gradebook": "backprop_cli.cli.marking.gradebook:gradebook",
}
"""Command -> where it is; imported when it is called, so that each starts with only its own."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which a learner meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = found(COMMANDS[cmd_name])
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which was probably meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise BackpropError(f"there is no command '{args[0]}'", hint=_meant(args[0]))
        return super().resolve_command(ctx, args)


def _meant(word: str) -> str:
    if not word.isalpha():
        return f'for a formula: backprop explain "{word}" …'
    return did_you_mean(word, list(COMMANDS)) or f"there are {', '.join(COMMANDS)}"


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version

        click.echo(f"backprop {version('backprop-cli')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
@click.pass_context
def backprop(ctx: click.Context) -> None:
    """Learn and teach backpropagation: every chain-rule step of any formula.

    \b
    Examples:
      backprop explain "(x+y)*z" --x -2 --y 5 --z -4
      backprop check "x*sigmoid(x)" --x 1.5
      backprop learn chain-rule
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit status: 0 done, 1 the answer is no, 2 bad input."""
    _open_closed_streams()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        _never_fail_to_encode(stream)
    try:
        status = backprop.main(
            [*map(_as_utf8, arguments)], prog_name="backprop", standalone_mode=False
        )
        sys.stdout.flush()
    except BackpropError as error:
        say(f"error: {error.report()}")
        return error.status
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.UsageError as error:
        say_usage(error)
        return 2
    except click.Abort:
        return 130
    except (BrokenPipeError, SystemExit):
        # Whoever read us has read enough, as `head -1` does. Click exits then, and only then.
        _close_quietly()
        return 0
    except MemoryError:
        say("error: this needs more memory than there is")
        return 2
    except OSError as error:
        say(f"error: {inert(error.strerror or str(error))}")
        return 2
    return status if isinstance(status, int) else 0


def _as_utf8(argument: str) -> str:
    """An argument as its bytes say in UTF-8, whatever the locale: LC_ALL=C would know no θ.

    Bytes that are no UTF-8 stay the halves of characters as which Python keeps them: they
    may be the name of a file, and a formula that holds them says so.
    """
    with contextlib.suppress(UnicodeError):
        return os.fsencode(argument).decode()
    return argument


def _open_closed_streams() -> None:
    """Give Python the streams that the shell has closed, as `>&-` does."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def say(text: str) -> None:
    """Write a line to standard error, if it is there."""
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


def say_usage(error: click.UsageError) -> None:
    """Say what was wrong with the options."""
    command = error.ctx.command_path if error.ctx else "backprop"
    say(f"error: {inert(error.format_message()).rstrip('.')}\n  see {command} --help")


def _never_fail_to_encode(stream: TextIO | Any) -> None:
    """A terminal that cannot show or read a character gets its escape, not an exception."""
    with contextlib.suppress(AttributeError, ValueError):
        getattr(stream, "reconfigure")(errors="backslashreplace")  # noqa: B009 (TextIO has it)


def _close_quietly() -> None:
    """Point standard output away, so that Python's own last flush does not complain."""
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
