from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop_cli.gradebook.store import Gradebook


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    with Gradebook.open(str(tmp_path / "class.db")) as book:
        yield book
