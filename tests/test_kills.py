"""A few kills of each command; benchmarks/kills.py does a hundred."""

from pathlib import Path
from random import Random

import killing
import pytest


@pytest.mark.slow
@pytest.mark.parametrize("name", killing.COMMANDS)
def test_a_kill_loses_nothing(name: str, tmp_path: Path) -> None:
    killed = killing.COMMANDS[name](tmp_path, 6, Random(name))
    assert (killed.kills, killed.lost) == (6, 0)
