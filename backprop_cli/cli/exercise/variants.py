"""`backprop exercise variants`: the inputs that are drawn, a line of JSON each."""

import click

from backprop_cli.cli.exercise.files import exercise_in
from backprop_cli.cli.options import Whole, as_student
from backprop_cli.errors import BackpropError


@click.command()
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

    from backprop_cli.exercises.marking.mark import Marker

    marker = Marker(exercise_in(file))
    circuit = marker.exercise.circuit
    if circuit is None:
        raise BackpropError("an exercise of code gates has no inputs")
    last = min(count, circuit.variants)
    numbers = range(1, last + 1) if circuit.variants > 1 else range(1)
    whose = [(name, marker.variant(name)) for name in students] or [("", n) for n in numbers]
    for name, number in whose:
        graded = marker.key(number)
        line = {"student": name, "variant": number, "inputs": dict(graded.inputs)}
        if key:
            line["key"] = {mark.question: mark.key for mark in graded.marks}
        click.echo(json.dumps({k: v for k, v in line.items() if k != "student" or v}))
