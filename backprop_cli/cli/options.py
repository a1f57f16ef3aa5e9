"""Options that commands share, and how options come in groups."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple, TypeVar

import click

from backprop_cli.errors import BackpropError

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


class Whole(click.IntRange):
    """A whole number in a range; click itself would speak of an integer range."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number that was typed."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            what = f"{param.opts[0] if param else 'this'} takes a whole number from"
            raise BackpropError(f"{what} {self.min} to {self.max}, not '{value}'") from None


ascii_option = click.option(
    "--ascii", "only_ascii", is_flag=True, help="Use ASCII characters only."
)


class Wished(NamedTuple):
    """What was wished for of the look of a screen; the terminal says the rest."""

    digits: int
    only_ascii: bool


def look_options(digits: int = 4) -> Callable[[Any], Any]:
    """Gives a command the options about its look, which reach it as `wished`."""
    shown = click.option(
        "--digits",
        type=Whole(1, 17),
        default=digits,
        show_default=True,
        help="Significant digits shown; nothing is rounded inside.",
    )
    return grouped("wished", Wished, (shown, ascii_option), "How it looks")


def output_option(help_: str) -> Callable[[FunctionT], FunctionT]:
    """The option that names the file to write; `-` is standard output, as without it."""
    return click.option(
        "-o",
        "--output",
        "path",
        metavar="FILE",
        callback=lambda ctx, param, value: None if value == "-" else value,
        help=help_,
    )


def as_student(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """A callback of Click: the name of a student, or each of them, as it is kept.

    So é is written in one way, and bytes that are no text as they are of a file's name.
    """
    from backprop_cli.batch.submissions.parse import student_name

    if isinstance(value, tuple):
        return tuple([as_student(ctx, param, each) for each in value])
    if value is None:
        return None
    text = value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    try:
        return student_name(text)
    except BackpropError as error:
        raise BackpropError(f"{param.get_error_hint(ctx)}: {error.message}") from None


HEADING = "heading"
"""The attribute of an option that says under which heading the help has it."""


def grouped(
    name: str, group: type[NamedTuple], options: Sequence[Any], heading: str = ""
) -> Callable[[Any], Any]:
    """Give a command some options and arguments, which reach it as one tuple.

    Args:
        name: the parameter of the command that receives the tuple.
        group: the tuple; its fields are the parameters of the options.
        options: decorators of Click, in the order of the help.
        heading: what stands above them in the help of a command on a formula.
    """

    def decorate(command: Any) -> Any:
        @wraps(command)
        def asked(**given: Any) -> Any:
            fields: tuple[str, ...] = getattr(group, "_fields")  # noqa: B009 (mypy knows none)
            return command(**{name: group(*(given.pop(field) for field in fields))}, **given)

        for option in reversed(options):
            option(asked)
            # Where Click keeps what it made until the command is made of it.
            setattr(getattr(asked, "__click_params__")[-1], HEADING, heading)  # noqa: B009
        return asked

    return decorate
