"""Options whose names are the learner's own: `--x -2 --W "[[1,2],[3,4]]"`."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, NamedTuple, TypeVar

import click

from backprop_cli.errors import BackpropError, did_you_mean

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

Options = Mapping[str, click.Option]
"""The options of a command, by each of their names."""

Pairs = Sequence[tuple[str, str]]
"""Names of inputs, each with the text of its value."""

SHORTEST_SLIP = 3
"""Letters of the shortest name that may be an option with a slip in it."""


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
    """Gives a command the options about its look, of which it is told as `wished`."""
    shown = click.option(
        "--digits",
        type=Whole(1, 17),
        default=digits,
        show_default=True,
        help="Significant digits shown; nothing is rounded inside.",
    )
    return grouped("wished", Wished, (shown, ascii_option))


class OneOrTwo(click.Option):
    """An option of one value, or of two: `--jacobian all`, `--jacobian q x`.

    Two reach the command as one text with a space between them.
    """

    def is_whole(self, value: str) -> bool:
        """Whether a value needs no second: all, a question (dq/dx), or both in one argument."""
        return value == "all" or "/" in value or len(value.split()) > 1


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
    from backprop_cli.submissions.parse import student_name

    if isinstance(value, tuple):
        return tuple([as_student(ctx, param, each) for each in value])
    if value is None:
        return None
    text = value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    try:
        return student_name(text)
    except BackpropError as error:
        raise BackpropError(f"{param.get_error_hint(ctx)}: {error.message}") from None


def grouped(name: str, group: type[NamedTuple], options: Sequence[Any]) -> Callable[[Any], Any]:
    """Give a command some options and arguments, which reach it as one tuple.

    Args:
        name: the parameter of the command that receives the tuple.
        group: the tuple; its fields are the parameters of the options.
        options: decorators of Click, in the order of the help.
    """

    def decorate(command: Any) -> Any:
        @wraps(command)
        def asked(**given: Any) -> Any:
            fields: tuple[str, ...] = getattr(group, "_fields")  # noqa: B009 (mypy knows none)
            return command(**{name: group(*(given.pop(field) for field in fields))}, **given)

        for option in reversed(options):
            option(asked)
        return asked

    return decorate


class FormulaCommand(click.Command):
    """A command that takes a formula and, as `--NAME VALUE`, the values of its inputs.

    Any `--NAME` that is not an option of the command is an input, and what follows is
    its value even if it begins with a minus. So is a formula that begins with one.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the inputs aside, and let Click read the rest."""
        options, positionals, given = _sorted(args, options_of(ctx))
        ctx.meta["given"] = given
        return super().parse_args(ctx, [*options, "--", *positionals])

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line, which names the inputs too."""
        formatter.write_usage(ctx.command_path, "FORMULA --NAME VALUE ... [OPTIONS]")


def options_of(ctx: click.Context) -> Options:
    """The options of the command that is run, with its help."""
    options = (param for param in ctx.command.get_params(ctx) if isinstance(param, click.Option))
    return {name: option for option in options for name in option.opts}


def _sorted(args: list[str], known: Options) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """The arguments that are Click's options, those that are the formula, and the inputs."""
    seen: set[str | None] = set()
    options: list[str] = []
    positionals: list[str] = []
    given: list[tuple[str, str]] = []
    rest = list(args)
    while rest:
        arg = rest.pop(0)
        name, equals, value = arg.partition("=")
        if arg == "--":
            positionals += rest
            break
        option = known.get(name) if equals == "" or arg.startswith("--") else None
        if option is not None:
            if option.name in seen and not option.multiple and not option.is_flag:
                raise BackpropError(f"{name} is given twice")
            seen.add(option.name)
            if isinstance(option, OneOrTwo):
                first = value if equals else _next(rest, name, known)
                options += [name, _pair(first, rest, name, option)]
                continue
            options.append(arg)
            if not option.is_flag and not equals:
                options.append(_next(rest, name, known))
        elif arg.startswith("--") and len(name) > 2:
            given.append((name[2:], value if equals else _next(rest, name, known)))
        else:
            positionals.append(arg)
    if len(positionals) > 1:
        raise _too_many(args, positionals, known)
    return options, positionals, given


def _pair(first: str, rest: list[str], name: str, option: OneOrTwo) -> str:
    """The value of an option that may take two."""
    if option.is_whole(first):
        return first
    if not rest or rest[0].startswith("--"):
        what = f"{name} takes all or two nodes, and '{first}' is one"
        raise BackpropError(what, hint=f"for example: {name} q x")
    return f"{first} {rest.pop(0)}"


def _next(rest: list[str], name: str, known: Options) -> str:
    """The value of an option: the argument that follows it, which may begin with one minus."""
    if not rest or re.match(r"--[^\W\d]", rest[0]):
        slip = None if name in known else option_meant(name[2:], known)
        raise BackpropError(f"{name} has no value", hint=slip or f"write {name} VALUE")
    return rest.pop(0)


def _too_many(args: list[str], positionals: list[str], known: Options) -> BackpropError:
    """The error for a second formula, which may be a value or a formula that fell apart."""
    first, second = positionals[:2]
    before = args[max(0, args.index(second) - 1)]
    told = re.fullmatch(r"-?([^\W\d]\w*)(?:=(.*))?", second)
    if before in known:
        hint = f"{before} takes no value; for an input of this name: --set {before[2:]}={second}"
    elif told and (second.startswith("-") or told[2]):
        hint = f"for the value of an input write --{told[1]} {told[2] or 'VALUE'}"
    else:
        hint = f'put a formula in quotation marks: "{first} {second} …"'
    return BackpropError(f"there is one formula, '{first}', and '{second}' is too much", hint=hint)


def option_meant(name: str, known: Options) -> str | None:
    """The option that an unknown name of some length was probably meant to be."""
    long = [option for option in known if option.startswith("--")]
    return did_you_mean(f"--{name}", long) if len(name) >= SHORTEST_SLIP else None
