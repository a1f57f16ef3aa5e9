"""Where a user's own files are, and that nobody else reads them."""

import os
import stat
from pathlib import Path

import pytest

from backprop_cli.cli.main import run
from backprop_cli.errors import BackpropError
from backprop_cli.paths import cache, home, own_folder


def test_where_they_are() -> None:
    assert home({"BACKPROP_HOME": "/some/where"}) == Path("/some/where").absolute()
    assert cache({"BACKPROP_HOME": "/some/where"}) == Path("/some/where").absolute()
    assert "backprop" in str(home({}))
    assert "backprop" in str(cache({"BACKPROP_HOME": ""}))
    assert home({}) != cache({})


def test_every_folder_that_is_made_is_the_users_alone(tmp_path: Path) -> None:
    made = own_folder(tmp_path / "a" / "b" / "c")
    assert own_folder(made) == made
    if os.name == "posix":
        for folder in (made, made.parent, made.parent.parent):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert made.is_dir()


@pytest.mark.parametrize("place", ["file", "file/below", "n\0ul"])
def test_a_folder_that_cannot_be_made_is_named(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BackpropError, match="cannot be made: ") as caught:
        own_folder(tmp_path / place)
    assert "BACKPROP_HOME" in str(caught.value)
    assert place.replace("\0", "\\x00") in str(caught.value)


@pytest.mark.parametrize(
    "command", [("explain", "x", "--x", "1", "--open"), ("learn", "chain-rule")]
)
def test_a_command_says_which_folder(
    command: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BACKPROP_HOME", str(tmp_path / "file"))
    assert run(command) == 2
    assert f"{tmp_path / 'file'}" in capsys.readouterr().err
