"""What a learner did, kept for ever: a file of one JSON object a line, to which lines are added.

A session adds a line the moment something happens, so a kill loses at most what was being
typed, and two sessions at once add to the same file, one line after another.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from backprop_cli.errors import BackpropError
from backprop_cli.paths import own_folder

SCHEMA = "backprop/progress/v1"

FILE, LOCK = "progress.jsonl", "progress.lock"

MAX_FILE = 64 * 2**20
"""Bytes of the largest file that is read: some hundred thousand answers."""


class ProgressEvent(NamedTuple):
    """One thing that happened."""

    at: str
    """When, in UTC: 2026-11-23T15:04:05Z."""
    lesson: str
    what: str
    """read, solved, shown, skipped, tried, hinted, back, finished, reset, practised."""
    step: str = ""
    question: str = ""
    answer: str = ""
    mistakes: tuple[str, ...] = ()
    to: tuple[str, int] = ("", 0)
    """Where the learner was afterwards: the name of a step, and the number of its question."""

    @property
    def as_json(self) -> dict[str, Any]:
        """The entry as it is written; what is empty is left out."""
        return {key: value for key, value in self._asdict().items() if value not in ("", ())}


class Progress(NamedTuple):
    """All that happened."""

    learner: str
    """A name drawn by lot, from which this learner's inputs follow."""
    entries: tuple[ProgressEvent, ...]
    message: str = ""
    """What was odd about the file."""

    def of(self, lesson: str) -> list[ProgressEvent]:
        """What happened in a lesson since it was begun or reset."""
        entries = [entry for entry in self.entries if entry.lesson == lesson]
        for place in range(len(entries) - 1, -1, -1):
            if entries[place].what == "reset":
                return entries[place + 1 :]
        return entries

    def resets(self, lesson: str) -> int:
        """How often a lesson was begun anew."""
        return sum(entry.lesson == lesson and entry.what == "reset" for entry in self.entries)


class Book:
    """The file of one learner."""

    def __init__(self, folder: Path) -> None:
        """Open a folder, which is made when something is written.

        Args:
            folder: where the file is.
        """
        self.folder = folder
        self.path = folder / FILE

    def read(self) -> Progress:
        """All that happened. A damaged file is set aside, and what can be read is kept.

        Raises:
            BackpropError: if the file cannot be read, or another version wrote it.
        """
        if not self.path.exists():
            self._begin()
        with self._locked():
            data = self._bytes()
            progress, good = _parsed(data, str(self.path))
            if good is None:
                return progress
            aside = self._set_aside(data, good)
        what = f"{self.path} was damaged; it is kept as {aside.name}, with what could not be read"
        return progress._replace(message=what)

    def add(self, entry: ProgressEvent) -> None:
        """Write down what happened."""
        line = json.dumps(entry.as_json, ensure_ascii=False) + "\n"
        with self._locked(), _faults(self.path):
            _append(self.path, line.encode("utf-8", "backslashreplace"))

    def _bytes(self) -> bytes:
        with self.path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            raise BackpropError(f"{self.path} is larger than {MAX_FILE // 2**20} MiB")
        return data

    def _begin(self) -> None:
        """Write the first line, unless another session has done so meanwhile."""
        import secrets

        own_folder(self.folder)
        with self._locked(), _faults(self.path):
            if not self.path.exists():
                _replace(self.path, _head(secrets.token_hex(4)))

    def _set_aside(self, data: bytes, good: bytes) -> Path:
        """Keep the damaged file under another name, and go on with what can be read."""
        number = 1
        while (aside := self.folder / f"progress-damaged-{number}.jsonl").exists():
            number += 1
        with _faults(self.path):
            _replace(aside, data)
            _replace(self.path, good)
        return aside

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone with the file, where the system has locks."""
        with (self.folder / LOCK).open("ab") as file:
            with suppress(ImportError, OSError):
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _append(path: Path, line: bytes) -> None:
    """Add a line in one write; one that was cut off before it does not swallow it."""
    number = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(number).st_size
        cut = size and os.pread(number, 1, size - 1) != b"\n" if hasattr(os, "pread") else False
        line = b"\n" + line if cut else line
        try:
            written = os.write(number, line)
            while written < len(line):
                # A disk that is full takes a part, and says why it takes no more when asked again.
                written += os.write(number, line[written:])
        except BaseException:
            os.ftruncate(number, size)
            raise
    finally:
        os.close(number)


def _replace(path: Path, data: bytes) -> None:
    """Write a file as a whole or not at all."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    """Say of a disk that fails what was not saved, and what was."""
    try:
        yield
    except OSError as error:
        what = f"{path} cannot be written: {error.strerror or error}"
        raise BackpropError(what, hint="what you did last is not saved; all before it is") from None


def _head(learner: str) -> bytes:
    return (json.dumps({"schema": SCHEMA, "learner": learner}) + "\n").encode()


def _parsed(data: bytes, path: str) -> tuple[Progress, bytes | None]:
    """What the file says; and where lines are damaged, the file without them."""
    first, *lines = data.split(b"\n") if data else [b""]
    head = _json(first)
    damaged = not isinstance(head, dict) or not isinstance(head.get("learner"), str)
    if isinstance(head, dict) and head.get("schema", SCHEMA) != SCHEMA:
        what = f"{path} was written by another version of backprop"
        raise BackpropError(what, hint=f"it is '{str(head['schema'])[:60]}', not '{SCHEMA}'")
    if damaged:
        import secrets

        learner = secrets.token_hex(4)
        lines = [first, *lines]
    else:
        learner = head["learner"][:60]
    entries: list[ProgressEvent] = []
    kept = [_head(learner)] if damaged else [first + b"\n"]
    for line in lines:
        entry = entry_from(_json(line)) if line else None
        if entry is not None:
            entries.append(entry)
            kept.append(line + b"\n")
        damaged = damaged or (entry is None and bool(line))
    return Progress(learner, tuple(entries)), b"".join(kept) if damaged else None


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def entry_from(value: Any) -> ProgressEvent | None:
    """An entry, believing nothing; None where it is none."""
    if not isinstance(value, dict) or not all(map(_is_fine, value.items())):
        return None
    if not all(isinstance(value.get(key), str) for key in ("at", "lesson", "what")):
        return None
    known = {key: value[key] for key in ProgressEvent._fields if key in value}
    known |= {key: tuple(known[key]) for key in ("mistakes", "to") if key in known}
    return ProgressEvent(**known)


def _is_fine(item: tuple[str, Any]) -> bool:
    key, value = item
    if key == "mistakes":
        return isinstance(value, list) and all(isinstance(name, str) for name in value)
    if key == "to":
        kinds = [type(part) for part in value] if isinstance(value, list) else []
        return kinds == [str, int]
    return isinstance(value, str)
