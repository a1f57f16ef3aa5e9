import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

from backprop_cli.cli.main import run

pytest_plugins = ["golden"]

# The same examples on every machine: a failure is found again by running the test again.
settings.register_profile("default", derandomize=True, deadline=None, max_examples=40)
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100)
# Other examples every night, and many: HYPOTHESIS_PROFILE=explore pytest -m "slow or not slow"
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_configure(config: pytest.Config) -> None:
    """Take the older BACKPROP_GOLDEN=write for --regen-all."""
    if os.environ.get("BACKPROP_GOLDEN") == "write":
        config.option.regen_all = True


class Ran(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def backprop(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command line in this process."""

    def ran(*arguments: str) -> Ran:
        status = run(arguments)
        return Ran(status, *capsys.readouterr())

    return ran


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for what is kept of a user, and not that of who runs the tests."""
    monkeypatch.setenv("BACKPROP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
