from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from backprop_cli.commands.main import run


class Ran(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the progress, and not that of who runs the tests."""
    monkeypatch.setenv("BACKPROP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def backprop(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command line in this process."""

    def ran(*arguments: str) -> Ran:
        status = run(arguments)
        return Ran(status, *capsys.readouterr())

    return ran
