"""`backprop lessons`: for authors. Prove lessons, and begin a new one."""

from pathlib import Path

import click

from backprop_cli.cli.marking.exercise import Exercises
from backprop_cli.errors import BackpropError


@click.group(cls=Exercises, short_help="Write lessons, and prove that they hold.")
def lessons() -> None:
    """Write lessons: prove that they hold what they promise, and begin new ones.

    \b
    Examples:
      backprop lessons check
      backprop lessons new my-lesson
      backprop lessons check my-lesson.toml
    """


@lessons.command()
@click.argument("files", nargs=-1)
@click.option("--lessons", "folder", metavar="DIR", help="Check the lessons of a folder.")
def check(files: tuple[str, ...], folder: str | None) -> int:
    """Prove lessons, and fail where one does not hold.

    Each question can be answered and the computed answer passes, as do other spellings
    and the last hint; each mistake that a step claims to catch is caught and told
    apart; blanks, constants and the question's own text fail; nothing is told before
    it is asked. Without FILES, our own lessons are checked.
    """
    from backprop_cli.lessons.authoring.lesson_check import prove
    from backprop_cli.lessons.authoring.lesson_file import MAX_FILE, read_lesson
    from backprop_cli.lessons.model.library import lesson_files

    found = [] if files else lesson_files(folder)
    for path in files:
        from backprop_cli.inputs.files import opened

        with opened(path, "lesson", regular=True) as file:
            found.append((path, file.read(MAX_FILE + 1)))
    bad = 0
    for path, data in found:
        try:
            proof = prove(read_lesson(data, path))
        except BackpropError as error:
            click.echo(f"error: {error.report()}", err=True)
            bad += 1
            continue
        for problem in proof.problems:
            click.echo(f"error: {problem.report()}", err=True)
        bad += bool(proof.problems)
        steps, fresh = len(proof.lesson.steps), len(proof.lesson.fresh)
        name = proof.lesson.name
        click.echo(
            f"{name}: {steps} steps, {proof.questions} questions, {proof.caught} mistakes caught, "
            f"{fresh} fresh problems: {'NOT PROVED' if proof.problems else 'proved'}"
        )
    return int(bad > 0)


@lessons.command()
@click.argument("name")
@click.option(
    "-o", "--output", "path", metavar="FILE", help="Write to this file; NAME.toml unless told."
)
def new(name: str, path: str | None) -> None:
    """Write a template, which passes the check as it is."""
    from backprop_cli.lessons.authoring.steps import NAME
    from backprop_cli.lessons.authoring.template import template
    from backprop_cli.render.export import write_file

    if not NAME.fullmatch(name):
        what = f"'{name}' is no name of a lesson"
        raise BackpropError(what, hint="small letters, digits and hyphens: my-lesson")
    target = path or f"{name}.toml"
    if Path(target).exists():
        raise BackpropError(f"{target} is there already", hint="choose another name")
    write_file(target, [template(name)])
    click.echo(f"wrote {target}", err=True)
