"""`backprop exercise check`: which mistakes give the same answers."""

import click

from backprop_cli.cli.exercise.files import exercise_in
from backprop_cli.cli.options import Whole
from backprop_cli.cli.streams import ignore_closed_output


@click.command()
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
    """Print which mistakes give the same answers, and fail if a claimed one is ambiguous.

    An exercise claims the mistakes that its [marking] lists; without a list, all that
    other inputs would tell apart. The exit status is 1 where a claim does not hold.
    """
    from backprop_cli.cli.terminal import console, look_of, show_lines
    from backprop_cli.exercises.authoring.collisions import soundness_lines
    from backprop_cli.exercises.authoring.soundness import soundness

    ignore_closed_output()
    found = soundness(exercise_in(file), most)
    terminal = console()
    show_lines(terminal, soundness_lines(found, look_of(terminal, 4, False)))
    return int(not found.is_sound)
