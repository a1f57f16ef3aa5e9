"""Read a class from wherever it lies, one submission at a time."""

import os
from collections.abc import Iterator, Sequence

from backprop_cli.batch.submissions.archive import read_archive
from backprop_cli.batch.submissions.folder import read_bounded, read_folder
from backprop_cli.batch.submissions.gather import ANSWERS, CODE, SubmittedFile, single
from backprop_cli.batch.submissions.lines import read_lines
from backprop_cli.batch.submissions.meter import Meter
from backprop_cli.batch.submissions.submission import Raw
from backprop_cli.batch.submissions.table import read_table
from backprop_cli.errors import BackpropError, inert
from backprop_cli.inputs.files import opened

_TABLES = {".csv": read_table, ".jsonl": read_lines, ".ndjson": read_lines}


class SubmissionSource:
    """What the command line names: files, folders, archives, tables; each is read once.

    Memory does not grow with the class, but for the names in a folder or an archive.
    """

    def __init__(self, paths: Sequence[str], student: str | None = None) -> None:
        """With `student`, a folder is one submission, and whose it is, is known."""
        self._paths = paths
        self._student = student
        self._done = 0
        self._meter = Meter()

    @property
    def share(self) -> float:
        """How much was read, from 0 to 1."""
        return (self._done + self._meter.share) / max(1, len(self._paths))

    def __iter__(self) -> Iterator[Raw]:
        """The submissions in the order of the paths.

        Raises:
            BackpropError: if a path is missing, or nothing in it can be read.
        """
        for path in self._paths:
            yield from self._read(path)
            self._done, self._meter = self._done + 1, Meter()

    def is_one(self) -> bool:
        """Whether one submission is meant, and not a class."""
        if self._student is not None:
            return True
        if len(self._paths) != 1:
            return False
        path = self._paths[0]
        if os.path.isdir(path):
            first = [raw for raw, _ in zip(read_folder(path, Meter()), range(2), strict=False)]
            return len(first) == 1
        return _suffix(path) in (*ANSWERS, CODE)

    def _read(self, path: str) -> Iterator[Raw]:
        name, suffix = inert(os.path.basename(path)), _suffix(path)
        if os.path.isdir(path):
            return read_folder(path, self._meter, self._student is not None)
        if suffix == ".zip":
            opened(path, "submission", regular=True).close()
            return read_archive(path, name, self._meter, self._student is not None)
        if suffix in _TABLES:
            return self._table(path, name, suffix)
        if suffix in (*ANSWERS, CODE):
            return iter([_file(path, name)])
        raise BackpropError(
            f"{path}: submissions are read from folders and "
            f"{', '.join([*ANSWERS, CODE, '.zip', *_TABLES])} files"
            if os.path.exists(path)
            else f"there is no file {path}"
        )

    def _table(self, path: str, name: str, suffix: str) -> Iterator[Raw]:
        with opened(path, "submission", regular=True) as file:
            self._meter.total = os.fstat(file.fileno()).st_size
            yield from _TABLES[suffix](file, name, self._meter)


def _file(path: str, name: str) -> Raw:
    opened(path, "submission", regular=True).close()
    return single(
        SubmittedFile(os.path.basename(path), lambda: read_bounded(path, follow=True)), name
    )


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()
