"""Ask Graphviz where things go: `dot` where it is installed, else graphviz-pure."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from backprop_cli.errors import BackpropError

PROGRAMS = ("dot", "graphviz-pure")
"""In the order in which they are looked for."""
SECONDS = 60
"""How long a layout may take."""


def program() -> str:
    """The path of the program that lays out.

    Raises:
        BackpropError: if there is none.
    """
    for name in PROGRAMS:
        # A package's programs stand beside Python, which need not be on the path.
        found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
        if found:
            return found
    raise BackpropError(
        "a picture needs Graphviz, and neither dot nor graphviz-pure was found",
        hint="pip install 'backprop-cli[draw]', or install Graphviz (apt install graphviz)",
    )


def laid_out(text: str) -> dict[str, Any]:
    """The layout of a graph in the DOT language, as Graphviz's JSON has it.

    Raises:
        BackpropError: if there is no Graphviz, or it failed or took too long.
    """
    command = [program(), "-Tjson0"]
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=SECONDS, check=True
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise BackpropError(
            f"the circuit is too tangled to draw: no layout was found in {SECONDS} seconds",
            hint="draw a smaller part of it, or use --format dot and another engine",
        ) from None
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise BackpropError(f"{Path(command[0]).name} could not lay out: {error}") from None
    return found
