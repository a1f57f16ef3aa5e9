"""The data folders are found in an editable install and in a checkout that nobody installed.

That they are in a wheel is seen by .ci/smoke.
"""

import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from backprop_cli.resources import data_folder, version

ROOT = Path(__file__).resolve().parent.parent

IN_CHECKOUT = """
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
sys.path.insert(0, "")
from backprop_cli.__main__ import main
from backprop_cli.resources import data_folder
print(data_folder("grammars"), data_folder("lessons"))
sys.argv[1:] = ["learn"]
main()
"""


@pytest.mark.parametrize(("name", "ending"), [("grammars", ".lark"), ("lessons", ".toml")])
def test_the_data_folders_are_there(name: str, ending: str) -> None:
    assert [file for file in data_folder(name).iterdir() if file.name.endswith(ending)]


def test_a_checkout_that_nobody_installed(tmp_path: Path) -> None:
    for name in ("backprop_cli", "grammars", "lessons"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-c", IN_CHECKOUT],
        cwd=tmp_path,
        env={"BACKPROP_HOME": str(tmp_path / "home"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.startswith(f"{tmp_path / 'grammars'} {tmp_path / 'lessons'}\nLessons\n")
    assert "chain-rule" in done.stdout


def test_the_version_of_what_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", missing)
    assert version() == "(not installed)"


def test_every_package_is_in_the_wheel() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    modules = (ROOT / "backprop_cli").rglob("*.py")
    folders = {".".join(path.parent.relative_to(ROOT).parts) for path in modules}
    assert folders - set(built) == set()
