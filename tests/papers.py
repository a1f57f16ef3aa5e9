"""What the tests of papers share: runs, and what is written of them and of exercises."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from helpers import EXAMPLES

from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.authoring.worksheet_latex import worksheet_latex
from backprop_cli.exercises.model.variants import Variants
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.formats import BY_NAME

RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    **{e["id"]: (e["program"], e["inputs"]) for e in EXAMPLES},
    "sigmoid-formula": (EXAMPLES[1]["expression"], EXAMPLES[1]["inputs"]),
    "forks": ("x*x + x*y + x", {"x": 3, "y": -1}),
    "kinks": ("max(x, 0) + abs(x) + log(x)", {"x": 0}),
    "network": (
        "h = relu(X@W + b_hat); mean(logsumexp(h, axis=1))",
        {"X": np.arange(6).reshape(3, 2) / 7, "W": np.eye(2) - 0.3, "b_hat": [0.1, -0.2]},
    ),
}
EXERCISES = sorted((Path(__file__).parents[1] / "examples" / "exercises").glob("*.toml"))
HOSTILE = r"\input{/etc/passwd} \end{document} $%#_&^~{} ^^41 \write18{id} \n" + "\r\n\x1b\0名🙂ﬁ"


def sheet(path: Path, student: str = "ada") -> str:
    exercise = read_exercise(path.read_bytes(), path.name)
    variants = Variants(exercise) if exercise.circuit else None
    return "".join(worksheet_latex(exercise, variants, student))


def written(format_: str, trace: Trace, wish: FormatOptions | None = None) -> str:
    return "".join(map(str, BY_NAME[format_].view(trace, wish or FormatOptions())))


def text_of(made: bytes, folder: Path) -> str:
    """The words of a PDF."""
    (folder / "made.pdf").write_bytes(made)
    command = ["pdftotext", "-layout", str(folder / "made.pdf"), "-"]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()
