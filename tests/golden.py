"""Texts that are kept in files, compared by pytest-regressions, which shows what differs.

After a change that is meant: pytest FILE --regen-all (or --force-regen, which also fails where
something differs), then read the difference.
"""

from pathlib import Path
from typing import Any

import pytest

from backprop_cli.errors import cells

GOLDEN = Path(__file__).with_name("render") / "golden"
_requests: list[pytest.FixtureRequest] = []
"""Of the test that is running: filled and emptied by the fixture `golden_request`."""


@pytest.fixture(autouse=True)
def golden_request(request: pytest.FixtureRequest) -> Any:
    """Let helper functions reach the fixtures of the test that calls them."""
    _requests.append(request)
    yield
    _requests.pop()


def is_regenerating() -> bool:
    """Whether golden files are to be written anew."""
    option = _requests[-1].config.getoption
    return bool(option("regen_all") or option("force_regen"))


def same_text(path: Path, text: str) -> None:
    """See that a text is that of a golden file, to the last line break."""
    regression = _requests[-1].getfixturevalue("file_regression")
    regression.check(text, encoding="utf-8", extension=path.suffix, newline="\n", fullpath=path)
    assert text == path.read_text(encoding="utf-8")


def same(name: str, lines: Any, width: int) -> None:
    """See that the lines are those of the file, none wider than the screen."""
    text = "".join(f"{line.plain.rstrip()}\n" for line in lines)
    assert max(map(cells, text.splitlines())) <= width
    same_text(GOLDEN / f"{name}.txt", text)
