"""Read the exercise file that a command is about, and write those that it makes."""

import sys
from pathlib import Path

import click

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.authoring.exercise_file import MAX_FILE, read_exercise
from backprop_cli.exercises.model.exercise import Exercise
from backprop_cli.inputs.files import opened


def exercise_bytes(path: str) -> bytes:
    """The content of an exercise file.

    Raises:
        BackpropError: if it is missing, too large or cannot be read.
    """
    if not path.endswith(".toml"):
        raise BackpropError(f"{path}: exercises are read from .toml files")
    with opened(path, "exercise", regular=True) as file:
        return file.read(MAX_FILE + 1)


def exercise_in(path: str) -> Exercise:
    """The exercise that a file holds.

    Raises:
        BackpropError: if it cannot be read, with the line of what is wrong.
    """
    return read_exercise(exercise_bytes(path), path)


def check_new_file(path: str | None, what: str, *endings: str) -> None:
    """Write nothing over a file: it may hold a teacher's exercise or a student's answers.

    Args:
        path: where something is to be written; None for standard output.
        what: what is to be written, for the message.
        endings: how a name must end that says so.

    Raises:
        BackpropError: if there is a file of this name, or its ending says something else.
    """
    if path is None:
        return
    if not path.lower().endswith(endings):
        raise BackpropError(f"{what} is written to {', '.join(endings)} files, not to {path}")
    if Path(path).exists():
        raise BackpropError(f"{path} already exists", hint="choose another name")


def write_exercise_file(made: str | bytes, path: str | None) -> None:
    """Write an exercise or a worksheet to a file, or to standard output."""
    data = made if isinstance(made, bytes) else made.encode()
    if path is None:
        # It is a file, whoever keeps it: in UTF-8, whatever the terminal speaks.
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    from backprop_cli.render.export import write_file

    write_file(path, data)
    click.echo(f"wrote {path}", err=True)
