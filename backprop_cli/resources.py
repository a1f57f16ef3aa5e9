"""Find the data folders: in a wheel, in an editable install and in a plain checkout."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def data_folder(name: str) -> Traversable:
    """The folder `grammars` or `lessons`, which stands at the top of the repository.

    An installed package has it inside, under the name that `pyproject.toml` gives it; in a
    checkout that nobody installed it stands beside the package.
    """
    try:
        return files(f"backprop_cli.{_PACKAGES[name]}")
    except ModuleNotFoundError:
        return Path(__file__).parent.parent / name


_PACKAGES = {"grammars": "grammars", "lessons": "lessons.data"}


def version() -> str:
    """The version of the installed package; in a checkout that nobody installed, it says so."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("backprop-cli")
    except PackageNotFoundError:
        return "(not installed)"
