"""`backprop exercise worksheet`: a sheet to fill in, with the student's own inputs."""

from pathlib import Path

import click

from backprop_cli.cli.exercise.files import check_new_file, exercise_in, write_exercise_file
from backprop_cli.cli.formula.write import is_pdf
from backprop_cli.cli.options import as_student, output_option


@click.command()
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
    from backprop_cli.exercises.model.variants import Variants

    check_new_file(path, "a worksheet", ".toml", ".tex", ".pdf")
    read = exercise_in(file)
    variants = Variants(read) if read.circuit else None
    if path is None or Path(path).suffix.lower() not in (".tex", ".pdf"):
        from backprop_cli.exercises.authoring.worksheet import worksheet as sheet

        write_exercise_file(sheet(read, variants, student), path)
        return
    from backprop_cli.exercises.authoring.worksheet_latex import worksheet_latex

    text = "".join(worksheet_latex(read, variants, student))
    if is_pdf(path):
        from backprop_cli.render.latex.pdf import typeset

        write_exercise_file(typeset(text), path)
    else:
        write_exercise_file(text, path)
