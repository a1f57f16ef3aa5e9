"""`backprop exercise`: make exercises, hand out worksheets, see that mistakes can be told."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from backprop_cli.cli.formula.formula_command import FormulaCommand
from backprop_cli.cli.formula.write import is_pdf
from backprop_cli.cli.options import Whole, as_student, output_option
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.generate.compose import KINDS, ExerciseRequest, fresh_requests


class Exercises(click.Group):
    """A group that says which of its commands was probably meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            from backprop_cli.errors import did_you_mean

            hint = did_you_mean(args[0], list(self.commands))
            hint = hint or f"there are {', '.join(self.commands)}"
            raise BackpropError(f"exercise has no command '{args[0]}'", hint=hint)
        return super().resolve_command(ctx, args)


@click.group(cls=Exercises, short_help="Make exercises, and hand out worksheets.")
def exercise() -> None:
    """Make exercises, hand out worksheets, and see that every mistake can be told.

    \b
    Examples:
      backprop exercise new "(x+y)*z" -o chain.toml
      backprop exercise worksheet chain.toml --student ada -o ada.toml
      backprop exercise check chain.toml
    """


@exercise.command(cls=FormulaCommand)
@click.argument("formula", required=False)
@click.option("--level", type=Whole(1, 5), help="Make a fresh formula, from 1 (two gates) to 5.")
@click.option("--seed", default="0", show_default=True, help="What is drawn starts from this.")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="chain",
    show_default=True,
    help="What is asked: the whole chain, gaps in it, its wrong line, ...",
)
@click.option(
    "--ask",
    default="all",
    show_default=True,
    help="all, values, gradients, or questions: q,df/dx,pattern(q).",
)
@click.option(
    "--shape",
    "shapes",
    multiple=True,
    metavar="NAME=2x3",
    help="The shape of an input that is a vector or a matrix.",
)
@click.option("--same", is_flag=True, help="All students get the same inputs.")
@click.option("--title", default="", help="What the worksheet is headed with.")
@click.option("--points", type=click.FloatRange(0, 1e6), default=1, help="Points of each question.")
@output_option("Write to a file that is not there yet.")
@click.pass_context
def new(
    ctx: click.Context,
    formula: str | None,
    level: int | None,
    seed: str,
    kind: str,
    ask: str,
    shapes: tuple[str, ...],
    same: bool,
    title: str,
    points: float,
    path: str | None,
) -> None:
    """Make an exercise from a formula, or from a fresh one of some level.

    The inputs are drawn for each student, and so that every mistake shows: each gives
    answers of its own. Inputs that are given, --x -2, are the same for all.

    \b
    Examples:
      backprop exercise new "(x+y)*z" -o chain.toml
      backprop exercise new "q = W @ x; f = ||q||^2" --shape W=2x2 --shape x=2
      backprop exercise new --level 3 --seed monday --kind gaps
    """
    from backprop_cli.exercises.generate.compose import code_text
    from backprop_cli.inputs.bind import read_given

    if level is not None and formula is not None:
        raise BackpropError("--level makes a formula of its own: give one or the other")
    if path is not None and Path(path).exists():
        raise BackpropError(f"{path} is there already", hint="choose another name")
    fixed = read_given(ctx.meta["given"], (), 0)
    sizes = dict(_shape(text) for text in shapes)
    wish = ExerciseRequest(formula or "", kind, ask, title, fixed, None, sizes, points, seed, same)
    if level is not None:
        wishes = fresh_requests(wish, level)
    elif formula is not None:
        wishes = iter([wish])
    else:
        what = "there is no formula"
        raise BackpropError(what, hint='give one, "(x+y)*z", or --level from 1 to 5')
    _deliver(code_text(next(wishes)) if kind == "code" else _composed(wishes), path)


def _composed(wishes: Iterator[ExerciseRequest]) -> str:
    """The first exercise in which every mistake can be told; if there is none, the best."""
    from backprop_cli.exercises.generate.compose import compose

    best = None
    for wish in wishes:
        made = compose(wish)
        if best is None or made.cost < best.cost:
            best = made
        if best.cost == 0:
            return best.text
    assert best is not None
    click.echo("some mistakes cannot be told at some inputs: see backprop exercise check", err=True)
    return best.text


def _shape(text: str) -> tuple[str, tuple[int, ...]]:
    match = re.fullmatch(r"(\w+)=([1-9]\d{0,2})(?:[x×]([1-9]\d{0,2}))?", text)
    if not match:
        raise BackpropError(f"--shape takes NAME=3 or NAME=2x3, not '{text}'")
    return match[1], tuple(int(size) for size in match.groups()[1:] if size)


def _deliver(made: str | bytes, path: str | None) -> None:
    data = made if isinstance(made, bytes) else made.encode()
    if path is None:
        # It is a file, whoever keeps it: in UTF-8, whatever the terminal speaks.
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    from backprop_cli.render.export import write_file

    write_file(path, data)
    click.echo(f"wrote {path}", err=True)


@exercise.command()
@click.argument("file")
@click.option(
    "--student", callback=as_student, required=True, metavar="NAME", help="Whose sheet it is."
)
@output_option("Write to a file that is not there yet.")
def worksheet(file: str, student: str, path: str | None) -> None:
    """Write a sheet to fill in, with the student's own inputs.

    The sheet is the file that is handed in and marked by `backprop grade`. With -o
    ada.tex or ada.pdf it is the same sheet on paper, with room to write.
    """
    from backprop_cli.cli.marking.exercise_loading import exercise_in
    from backprop_cli.exercises.model.variants import Variants

    if path is not None and Path(path).exists():
        # It may hold a student's answers.
        raise BackpropError(f"{path} is there already", hint="choose another name")
    read = exercise_in(file)
    variants = Variants(read) if read.graph else None
    if path is None or Path(path).suffix.lower() not in (".tex", ".pdf"):
        from backprop_cli.exercises.authoring.worksheet import worksheet as sheet

        _deliver(sheet(read, variants, student), path)
        return
    from backprop_cli.exercises.authoring.worksheet_latex import worksheet_latex

    text = "".join(worksheet_latex(read, variants, student))
    if is_pdf(path):
        from backprop_cli.render.latex.pdf import typeset

        _deliver(typeset(text), path)
    else:
        _deliver(text, path)


@exercise.command()
@click.argument("file")
@click.option(
    "--variants",
    "most",
    type=Whole(1, 1_000_000),
    default=20,
    show_default=True,
    help="How many sets of inputs are looked at.",
)
def check(file: str, most: int) -> int:
    """Print which mistakes give the same answers, and fail where a claimed one cannot be told.

    An exercise claims the mistakes that its [marking] lists; without a list, all that
    other inputs would tell apart. The exit status is 1 where a claim does not hold.
    """
    from backprop_cli.cli.marking.exercise_loading import exercise_in
    from backprop_cli.cli.terminal import console, look_of, show_lines
    from backprop_cli.exercises.authoring.collisions import soundness_lines
    from backprop_cli.exercises.authoring.soundness import soundness

    found = soundness(exercise_in(file), most)
    terminal = console()
    show_lines(terminal, soundness_lines(found, look_of(terminal, 4, False)))
    return int(not found.is_sound)


@exercise.command()
@click.argument("file")
@click.option(
    "--student",
    "students",
    callback=as_student,
    multiple=True,
    metavar="NAME",
    help="Only this student's.",
)
@click.option(
    "--count", type=Whole(1, 1_000_000), default=10, show_default=True, help="How many are shown."
)
@click.option("--key", is_flag=True, help="Add the right answers.")
def variants(file: str, students: tuple[str, ...], count: int, key: bool) -> None:
    """List the inputs that are drawn, a line of JSON each.

    Which variant a student gets follows from the name and the seed of the exercise, on
    any machine and for ever.
    """
    import json

    from backprop_cli.cli.marking.exercise_loading import exercise_in
    from backprop_cli.exercises.marking.mark import Marker

    marker = Marker(exercise_in(file))
    if marker.exercise.graph is None:
        raise BackpropError("an exercise of code gates has no inputs")
    last = min(count, marker.exercise.variants)
    numbers = range(1, last + 1) if marker.exercise.variants > 1 else range(1)
    whose = [(name, marker.variant(name)) for name in students] or [("", n) for n in numbers]
    for name, number in whose:
        graded = marker.key(number)
        line = {"student": name, "variant": number, "inputs": dict(graded.inputs)}
        if key:
            line["key"] = {mark.question: mark.key for mark in graded.marks}
        click.echo(json.dumps({k: v for k, v in line.items() if k != "student" or v}))
