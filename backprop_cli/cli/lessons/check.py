"""`backprop lessons check`: prove that lessons hold what they promise."""

import click

from backprop_cli.cli.streams import ignore_closed_output
from backprop_cli.errors import BackpropError


@click.command()
@click.argument("files", nargs=-1)
@click.option("--lessons", "folder", metavar="DIR", help="Check the lessons of a folder.")
def check(files: tuple[str, ...], folder: str | None) -> int:
    """Prove lessons, and fail where one does not hold.

    Each question can be answered and the computed answer passes, as do other spellings
    and the last hint; each mistake that a step claims to catch is caught and
    distinguished; blanks, constants and the question's own text fail; no answer is
    given away before it is asked. Without FILES, our own lessons are checked.
    """
    from backprop_cli.lessons.authoring.lesson_check import prove
    from backprop_cli.lessons.authoring.lesson_file import MAX_FILE, read_lesson
    from backprop_cli.lessons.model.library import lesson_files

    ignore_closed_output()
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
