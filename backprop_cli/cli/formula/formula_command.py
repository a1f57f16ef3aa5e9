"""A command on a formula, whose inputs are options by their own names: `--x -2 --W "[1,2]"`."""

import re
from collections.abc import Mapping, Sequence

import click

from backprop_cli.cli.options import HEADING
from backprop_cli.errors import BackpropError, did_you_mean

Options = Mapping[str, click.Option]
"""The options of a command, by each of their names."""

Pairs = Sequence[tuple[str, str]]
"""Names of inputs, each with the text of its value."""

SHORTEST_SLIP = 3
"""Letters of the shortest name that may be an option with a slip in it."""


class OneOrTwo(click.Option):
    """An option of one value, or of two: `--jacobian all`, `--jacobian q x`.

    Two reach the command as one text with a space between them.
    """

    def is_whole(self, value: str) -> bool:
        """Whether a value needs no second: all, a question (dq/dx), or both in one argument."""
        return value == "all" or "/" in value or len(value.split()) > 1


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

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options under the headings of their groups."""
        under: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            if isinstance(param, click.Option) and (record := param.get_help_record(ctx)):
                under.setdefault(getattr(param, HEADING, ""), []).append(record)
        rest = {"Options": under.pop("", [])}
        for heading, records in (under | rest).items():
            with formatter.section(heading):
                formatter.write_dl(records)


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
    value = re.fullmatch(r"-?([^\W\d]\w*)(?:=(.*))?", second)
    if before in known:
        hint = f"{before} takes no value; for an input of this name: --set {before[2:]}={second}"
    elif value and (second.startswith("-") or value[2]):
        hint = f"for the value of an input write --{value[1]} {value[2] or 'VALUE'}"
    else:
        hint = f'put a formula in quotation marks: "{first} {second} …"'
    return BackpropError(f"unexpected argument '{second}' after the formula '{first}'", hint=hint)


def option_meant(name: str, known: Options) -> str | None:
    """The option that an unknown name of some length was probably meant to be."""
    long = [option for option in known if option.startswith("--")]
    return did_you_mean(f"--{name}", long) if len(name) >= SHORTEST_SLIP else None
