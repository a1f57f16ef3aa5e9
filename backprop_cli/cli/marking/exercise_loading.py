"""Find the exercise that a command is about."""

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
