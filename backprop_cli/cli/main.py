"""The command line: the group of all commands, and how each of them ends."""

import errno
import sys
from collections.abc import Sequence

import click

from backprop_cli.cli.lazy_group import LazyGroup
from backprop_cli.cli.streams import as_utf8, discard_output, prepare_streams, say, say_usage
from backprop_cli.errors import BackpropError, inert

COMMANDS = {
    "learn": "backprop_cli.cli.learning.learn:learn",
    "practice": "backprop_cli.cli.learning.practice:practice",
    "lessons": "backprop_cli.cli.lessons.group:lessons",
    "explain": "backprop_cli.cli.formula.explain:explain",
    "check": "backprop_cli.cli.formula.check:check",
    "descend": "backprop_cli.cli.formula.descend:descend",
    "hessian": "backprop_cli.cli.formula.hessian:hessian",
    "modes": "backprop_cli.cli.formula.modes:modes",
    "gates": "backprop_cli.cli.formula.gates:gates",
    "exercise": "backprop_cli.cli.exercise.group:exercise",
    "grade": "backprop_cli.cli.marking.grade:grade",
    "gradebook": "backprop_cli.cli.gradebook.group:gradebook",
}
"""Command -> where it is, in the order in which a learner meets them."""


class Backprop(LazyGroup):
    """The group of all commands, which takes a word that is no word for a formula."""

    def meant(self, word: str) -> str:
        """What somebody who typed this word may have meant."""
        return (
            super().meant(word) if word.isalpha() else f'for a formula: backprop explain "{word}" …'
        )


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        from backprop_cli.resources import version

        click.echo(f"backprop {version()}")
        ctx.exit()


@click.group(
    cls=Backprop,
    places=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
def backprop() -> None:
    """Learn and teach backpropagation: every chain-rule step of any formula.

    \b
    Examples:
      backprop explain "(x+y)*z" --x -2 --y 5 --z -4
      backprop check "x*sigmoid(x)" --x 1.5
      backprop learn chain-rule
    """


def _of_output(error: OSError) -> str:
    """A disk that is full names no file where it is what standard output leads to."""
    full = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
    return "what is shown could not be written: " if error.errno in full else ""


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit status.

    0 done, 1 the answer is no, 2 the input cannot be used, 70 a mistake of backprop itself,
    130 interrupted.
    """
    prepare_streams()
    try:
        status = backprop.main(
            [*map(as_utf8, arguments)], prog_name="backprop", standalone_mode=False
        )
        sys.stdout.flush()
    except BackpropError as error:
        say(f"error: {error.report()}")
        return error.status
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        say_usage(error)
        return 2
    except click.Abort:
        return 130
    except (BrokenPipeError, SystemExit):
        # Whoever read us has read enough, as `head -1` does. Click exits then, and only then.
        discard_output()
        return 0
    except MemoryError:
        say("error: this needs more memory than there is")
        return 2
    except OSError as error:
        where = f"{error.filename}: " if error.filename else _of_output(error)
        say(f"error: {inert(where + (error.strerror or str(error)))}")
        discard_output()
        return 2
    except Exception as error:
        from backprop_cli.cli.internal_error import report_internal_error

        return report_internal_error(error)
    return status if isinstance(status, int) else 0
