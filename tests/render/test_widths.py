"""Every table at five widths: no line is wider than the screen, and no number is broken in two."""

import re
from collections.abc import Callable

import pytest
from exercise_files import exercise, marked
from rich.text import Text

from backprop_cli import explain
from backprop_cli.analysis.check import check, sweep
from backprop_cli.analysis.hessian import hessian
from backprop_cli.analysis.modes import modes
from backprop_cli.errors import cells
from backprop_cli.exercises.authoring.collisions import soundness_lines
from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.authoring.soundness import soundness
from backprop_cli.exercises.marking.table import mark_lines
from backprop_cli.gates.table import BY_NAME
from backprop_cli.render.text.arrays.hessian import hessian_lines
from backprop_cli.render.text.arrays.modes import mode_lines
from backprop_cli.render.text.checks import check_lines, sweep_lines
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.gates import card, gate_lines
from backprop_cli.render.text.lines import fitted
from backprop_cli.render.text.options import Look

RUN = explain("sum(softmax(W@x))*exp(y*z)", W=[[0.1, 0.5], [-0.3, 0.8]], x=[0.2, 0.4], y=-2, z=5.25)
NUMBERS = explain("(x+y)*exp(z*w)/3", x=-2, y=5, z=-0.125, w=1234.5)
SECTIONS = {
    "--jacobian": "all",
    "--element": "W[0,1]",
    "--shapes": "",
    "--flow": "",
    "--closed": "",
}

EXERCISE = exercise(
    "x*y + 1/(z + 10)",
    dict.fromkeys("xyz", "{ from = -9, to = 9 }"),
    ("df/dx", "df/dy"),
    more="[variants]\ncount = 30",
)
SOUNDNESS = soundness(read_exercise(EXERCISE, "exercise.toml"))
MARKED = marked(
    "x*y*z", {"x": -2.125, "y": 5, "z": 12.5}, {"q": 1234.5, "df/dx": -62.5, "df/dz": 3}
)

SCREENS: dict[str, Callable[[Look], list[Text]]] = {
    "words": lambda look: screen(NUMBERS, look, Contents(("backward",), words=True)),
    "passes": lambda look: screen(NUMBERS, look, Contents(("forward", "backward", "gradients"))),
    "sections": lambda look: screen(RUN, look, Contents(("sections",), sections=SECTIONS)),
    "check": lambda look: check_lines(NUMBERS, check(NUMBERS), look),
    "sweep": lambda look: sweep_lines(sweep(NUMBERS), look),
    "hessian": lambda look: hessian_lines(hessian(NUMBERS), look),
    "modes": lambda look: mode_lines(modes(NUMBERS), look),
    "gates": card,
    "gate": lambda look: gate_lines(BY_NAME["max"], look),
    "exercise check": lambda look: soundness_lines(SOUNDNESS, look),
    "marks": lambda look: list(mark_lines(MARKED, look)),
}


def words(lines: list[Text]) -> set[str]:
    """The numbers of more than one digit; the others stand in names and shapes too."""
    return set(re.findall(r"(?<![\w.])\d[\d.,]*(?:e[+-]?\d+)?\d(?!\w)", "\n".join(map(str, lines))))


@pytest.mark.parametrize("digits", [4, 17])
@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("name", SCREENS)
def test_tables_fit_and_numbers_stay_whole(name: str, width: int, digits: int) -> None:
    look = Look(width, digits)
    lines = [piece for line in SCREENS[name](look) for piece in fitted(line, width)]
    assert max(cells(line.plain) for line in lines) <= width
    assert words(lines) <= words(SCREENS[name](Look(1_000, digits)))
