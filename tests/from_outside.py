"""The command as its users start it: a process in a folder, with a home of its own there."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CHAIN = Path(__file__).resolve().parent.parent / "examples" / "exercises" / "chain.toml"
HOME = "home"


def process(folder: Path, *arguments: str, stdin: Any = None) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "backprop_cli", *arguments],
        cwd=folder,
        stdin=stdin or subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"BACKPROP_HOME": str(folder / HOME)},
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "mistake of backprop" not in done.stderr
    return done
