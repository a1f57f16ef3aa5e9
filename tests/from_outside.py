"""The command as its users start it: a process in a folder, with a home of its own there."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
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


def start(folder: Path, *arguments: str, limit: Callable[[], None] | None = None) -> Any:
    """The command, with a temporary folder of its own."""

    def prepare() -> None:
        # Whoever runs the tests in the background ignores them.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        if limit is not None:
            limit()

    (folder / "tmp").mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "backprop_cli", *arguments],
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder / "tmp"), "BACKPROP_HOME": str(folder / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        preexec_fn=prepare,
    )


def below(pid: int) -> list[int]:
    """The processes that a process has started, and those that these have, the last ones last."""
    found, waiting = [], [pid]
    while waiting:
        tasks = Path(f"/proc/{waiting.pop()}/task")
        with suppress(OSError):
            texts = [(task / "children").read_text() for task in tasks.iterdir()]
            children = [int(child) for text in texts for child in text.split()]
            found += children
            waiting += children
    return found


def runs(pid: int) -> bool:
    """Whether a process is there, and not only waited for."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
