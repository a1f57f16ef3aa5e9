"""The formula and the inputs that a command is asked about, and their run."""

import re
import sys
from enum import Enum
from typing import NamedTuple

import click

from backprop_cli.autodiff.trace import Trace, trace
from backprop_cli.cli.formula.formula_command import Options, Pairs, option_meant, options_of
from backprop_cli.cli.options import Whole, grouped
from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates.shapes import described
from backprop_cli.gates.value import Value
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.reading import Notation
from backprop_cli.inputs import gradients
from backprop_cli.inputs.bind import matching, read_given, read_given_value
from backprop_cli.inputs.files import decode, read_formula
from backprop_cli.inputs.understand import Understood, understand
from backprop_cli.language.parsing.lexer import MAX_SOURCE


class Backwards(Enum):
    """Whether a formula is run backwards too."""

    NO = "forwards only"
    WHERE_KNOWN = "where the output is a number, or its upstream is given"
    YES = "always: an output that needs an upstream and has none is an error"


class FormulaRequest(NamedTuple):
    """What a command was asked about."""

    formula: str | None
    file: str | None
    assigned: tuple[str, ...]
    files: tuple[str, ...]
    seed: int
    notation: str | None
    wrt: str | None
    data: str | None
    upstream: str | None


_OPTIONS = (
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
        type=Whole(0, 2**32 - 1),
        default=0,
        show_default=True,
        help="What randn and uniform start from.",
    ),
    click.option(
        "--read",
        "notation",
        type=click.Choice([notation.value for notation in Notation]),
        help="How the formula is written, where that is not plain from the text.",
    ),
    click.option("--wrt", metavar="X,Y", help="Only the gradients of these inputs."),
    click.option(
        "--data", metavar="X,Y", help="These inputs are data: no gradients of them are shown."
    ),
    click.option(
        "--upstream",
        metavar="VALUE",
        help="Gradient of the output, where it is a vector or a matrix.",
    ),
)

formula_options = grouped("question", FormulaRequest, _OPTIONS, "The formula and its inputs")
"""Gives a command the options that make up its `question`: a formula and its inputs."""


def source_of(question: FormulaRequest, pairs: Pairs, known: Options) -> str:
    """The text of the formula, from the command line, a file or standard input."""
    if question.formula is not None and question.file is not None:
        raise BackpropError("a formula is given twice: as an argument and by --file")
    if "-" in (question.formula, question.file):
        return decode(sys.stdin.buffer.read(MAX_SOURCE + 1), "standard input")
    if question.file is not None:
        return read_formula(question.file)
    if question.formula is None:
        for name, value in pairs:
            # The value of what is no option may be the formula: --word "x*y".
            hint = option_meant(name, known)
            if hint:
                what = (
                    f"there is no formula, since --{name} takes '{value}' as the value of an input"
                )
                raise BackpropError(what, hint=hint)
        hint = 'for example: backprop explain "(x+y)*z" --x -2 --y 5 --z -4'
        raise BackpropError("there is no formula", hint=hint)
    return question.formula


def traced(
    ctx: click.Context, question: FormulaRequest, backwards: Backwards = Backwards.YES
) -> Trace:
    """The run that was asked for.

    Raises:
        BackpropError: if anything that was given cannot be used.
    """
    return ran(asked_about(ctx, question), question, backwards)


def asked_about(ctx: click.Context, question: FormulaRequest) -> Understood:
    """The formula, and the values of its inputs."""
    known = options_of(ctx)
    pairs = [*ctx.meta["given"], *map(_assigned, question.assigned)]
    text = source_of(question, pairs, known)
    given = read_given(pairs, question.files, question.seed)
    notation = None if question.notation is None else Notation(question.notation)
    try:
        return understand(text, given, lambda name: _spelling(name, known), notation)
    except BackpropError:
        _no_mistyped_option(pairs, text, known)
        raise


def ran(found: Understood, question: FormulaRequest, backwards: Backwards) -> Trace:
    """The run of a formula."""
    graph, values = found.graph(), found.values
    wrt = gradients.wanted(question.wrt, question.data, graph, "--", found.labels)
    seed = None if backwards is Backwards.NO else _seed(question, graph, backwards)
    return trace(graph, values, seed, wrt)


def _spelling(name: str, known: Options) -> str:
    """How to give an input its value: by its name, unless an option has the same."""
    return f"--set {name}=VALUE" if f"--{name}" in known else f"--{name} VALUE"


def _no_mistyped_option(pairs: Pairs, text: str, known: Options) -> None:
    """See that no input that the formula does not have is an option with a slip in it."""
    inputs = dict.fromkeys(re.findall(r"[^\W\d]\w*", text))
    meant = matching(inputs)
    for name in [name for name, _ in pairs if meant(name) not in inputs]:
        hint = option_meant(name, known)
        if hint and not did_you_mean(name, list(inputs)):
            what = f"there is no option --{name}, and the formula has no input '{name}'"
            raise BackpropError(what, hint=hint)


def _assigned(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise BackpropError(f"--set takes NAME=VALUE, not '{text}'")
    return name.strip(), value


def _seed(question: FormulaRequest, graph: Graph, backwards: Backwards) -> Value | None:
    """The upstream gradient of the output, in its shape; None if it may be left out and is."""
    text = question.upstream
    given = None if text is None else read_given_value("upstream", text, question.seed)
    seed = gradients.upstream(given, graph, "--upstream")
    if seed is not None or backwards is Backwards.WHERE_KNOWN:
        return seed
    shape, name = graph.shapes[graph.output], graph.names[graph.output]
    first = f"{name}[{','.join('0' * len(shape))}]"
    raise BackpropError(
        f"{name} is {described(shape)}: a gradient starts from a single number",
        hint=f'give the upstream gradient, --upstream "ones({",".join(map(str, shape))})", '
        f"or make {name} a number: sum(…), ||…||^2 or an element {first}",
    )
