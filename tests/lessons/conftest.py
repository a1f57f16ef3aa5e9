from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def not_at_home(home: Path) -> None:
    """No test here may add to the progress of who runs the tests."""
