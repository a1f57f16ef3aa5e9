from collections.abc import Callable
from typing import NamedTuple

import pytest

from backprop_cli.commands.main import run


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
