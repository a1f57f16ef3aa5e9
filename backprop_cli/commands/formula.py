"""Options whose names are the learner's own: `--x -2 --W "[[1,2],[3,4]]"`."""

import re
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

import click

from backprop_cli.errors import BackpropError
from backprop_cli.graph.build import build
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.shapes import described, spelt
from backprop_cli.inputs.bind import bind, name_in, read_given, read_given_value
from backprop_cli.inputs.files import decode, read_formula
from backprop_cli.inputs.values import Value
from backprop_cli.language.lexer import MAX_SOURCE
from backprop_cli.language.parser import parse
from backprop_cli.trace.trace import Trace, trace

Options = Mapping[str, click.Option]
"""The options of a command, by each of their names."""


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
            options.append(arg)
            if not option.is_flag and not equals:
                options.append(_next(rest, name))
        elif arg.startswith("--") and len(name) > 2:
            given.append((name[2:], value if equals else _next(rest, name)))
        else:
            positionals.append(arg)
    if len(positionals) > 1:
        raise _too_many(args, positionals, known)
    return options, positionals, given


def _next(rest: list[str], name: str) -> str:
    """The value of an option: the argument that follows it, which may begin with one minus."""
    if not rest or re.match(r"--[^\W\d]", rest[0]):
        raise BackpropError(f"{name} has no value", hint=f"write {name} VALUE")
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


def formula_options(command: Any) -> Any:
    """The options by which a command gets a formula and its inputs."""
    for option in reversed(
        (
            click.argument("formula", required=False),
            click.option(
                "--file",
                metavar="FILE",
                help="Read the formula from a file; - reads standard input.",
            ),
            click.option(
                "--set",
                "assigned",
                multiple=True,
                metavar="NAME=VALUE",
                help="The value of an input whose name is an option.",
            ),
            click.option(
                "--inputs",
                "files",
                multiple=True,
                metavar="FILE",
                help="Values from a .toml or .json file.",
            ),
            click.option(
                "--seed",
                type=click.IntRange(0, 2**32 - 1),
                default=0,
                show_default=True,
                help="What randn and uniform start from.",
            ),
            click.option("--wrt", metavar="X,Y", help="Only the gradients of these inputs."),
            click.option(
                "--upstream",
                metavar="VALUE",
                help="Gradient of the output, where it is a vector or a matrix.",
            ),
        )
    ):
        command = option(command)
    return command


class Question(NamedTuple):
    """What a command was asked about."""

    formula: str | None
    file: str | None
    assigned: tuple[str, ...]
    files: tuple[str, ...]
    seed: int
    wrt: str | None
    upstream: str | None


def source_of(question: Question) -> str:
    """The text of the formula, from the command line, a file or standard input."""
    if question.formula is not None and question.file is not None:
        raise BackpropError("a formula is given twice: as an argument and by --file")
    if "-" in (question.formula, question.file):
        return decode(sys.stdin.buffer.read(MAX_SOURCE + 1), "standard input")
    if question.file is not None:
        return read_formula(question.file)
    if question.formula is None:
        hint = 'for example: backprop explain "(x+y)*z" --x -2 --y 5 --z -4'
        raise BackpropError("there is no formula", hint=hint)
    return question.formula


def traced(ctx: click.Context, question: Question, backwards: bool = True) -> Trace:
    """The run that was asked for.

    Raises:
        BackpropError: if anything that was given cannot be used.
    """
    expression = parse(source_of(question))
    pairs = [*ctx.meta["given"], *map(_assigned, question.assigned)]
    given = read_given(pairs, question.files, question.seed)
    values = bind(expression, given, lambda name: _spelling(ctx, name))
    graph = build(expression, {name: getattr(v, "shape", ()) for name, v in values.items()})
    wrt = _wrt(question.wrt, graph)
    seed = _seed(question.upstream, graph, question.seed) if backwards else None
    if seed is None:
        from backprop_cli.engine.forward import forward

        return Trace(graph, forward(graph, values), [None] * len(graph), None, wrt)
    return trace(graph, values, seed, wrt)


def _spelling(ctx: click.Context, name: str) -> str:
    """How to give an input its value: by its name, unless an option has the same."""
    return f"--set {name}=VALUE" if f"--{name}" in options_of(ctx) else f"--{name} VALUE"


def _assigned(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise BackpropError(f"--set takes NAME=VALUE, not '{text}'")
    return name.strip(), value


def _wrt(text: str | None, graph: Graph) -> frozenset[str] | None:
    if text is None:
        return None
    names = [name_in(graph.inputs, name.strip()) for name in text.split(",")]
    for name in names:
        if name not in graph.inputs:
            listed = ", ".join(list(graph.inputs)[:12]) or "none"
            what = f"--wrt: the formula has no input '{name}'"
            raise BackpropError(what, hint=f"it has {listed}")
    return frozenset(names)


def _seed(text: str | None, graph: Graph, random: int) -> Value:
    """The upstream gradient of the output, in its shape."""
    shape = graph.shapes[graph.output]
    if text is None and shape:
        name = graph.names[graph.output]
        raise BackpropError(
            f"{name} has shape {spelt(shape)}: a gradient starts from a single number",
            hint=f'give the upstream gradient, --upstream "ones({",".join(map(str, shape))})", '
            f"or make {name} a number: sum(…), ||…||^2 or an element {name}[0]",
        )
    seed = 1.0 if text is None else read_given_value("upstream", text, random)
    if getattr(seed, "shape", ()) != shape:
        have, need = described(getattr(seed, "shape", ())), described(shape)
        raise BackpropError(f"--upstream is {have}, the output is {need}: they must be alike")
    return seed
