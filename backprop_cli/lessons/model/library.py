"""The lessons there are: ours, or those of a folder, in the order of their files."""

from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.lessons.authoring.lesson_file import MAX_FILE, read_lesson
from backprop_cli.lessons.model.lesson import Lesson
from backprop_cli.resources import data_folder

MAX_LESSONS = 200
"""Lessons of the largest folder."""


def lesson_files(folder: str | None = None) -> list[tuple[str, bytes]]:
    """Name and content of each lesson file, in order.

    Args:
        folder: where they are; None for our own.

    Raises:
        BackpropError: if there are none.
    """
    where: Traversable = data_folder("lessons") if folder is None else Path(folder)
    if not where.is_dir():
        raise BackpropError(f"there is no folder {folder}")
    found = sorted((f for f in where.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    if not found:
        raise BackpropError(f"there are no lessons in {folder}", hint="lessons are .toml files")
    if len(found) > MAX_LESSONS:
        raise BackpropError(f"there are more than {MAX_LESSONS} lessons in {folder}")
    shown = "lessons" if folder is None else folder.rstrip("/")
    return [(f"{shown}/{file.name}", _content(file)) for file in found if file.is_file()]


def _content(file: Traversable) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MAX_FILE + 1)


def lessons(folder: str | None = None) -> Iterator[Lesson]:
    """Every lesson, read."""
    for path, data in lesson_files(folder):
        yield read_lesson(data, path)


def lesson_named(name: str, folder: str | None = None) -> Lesson:
    """A lesson by its name, or by its number.

    Raises:
        BackpropError: if there is none.
    """
    found = lesson_files(folder)
    stems = [stem(path) for path, _ in found]
    for number, (path, data) in enumerate(found, start=1):
        # A file is called as its lesson, after a number; only this one is read.
        if name in (stem(path), str(number)):
            return read_lesson(data, path)
    where = f" --lessons {folder}" if folder else ""
    hint = did_you_mean(name, stems) or f"backprop learn{where} lists them"
    raise BackpropError(f"there is no lesson '{name}'", hint=hint)


def name_after(name: str, folder: str | None = None) -> str:
    """The name of the lesson that follows; empty after the last."""
    stems = [stem(path) for path, _ in lesson_files(folder)]
    after = stems.index(name) + 1 if name in stems else len(stems)
    return stems[after] if after < len(stems) else ""


def stem(path: str) -> str:
    """The name of a lesson, of its file's: `lessons/02-chain-rule.toml`."""
    name = path.rpartition("/")[2].removesuffix(".toml")
    number, _, rest = name.partition("-")
    return rest if number.isdigit() and rest else name
