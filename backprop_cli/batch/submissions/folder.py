"""Read submissions from files and folders, of which none is trusted."""

import errno
import os
import stat
from collections.abc import Iterator
from functools import partial

from backprop_cli.batch.submissions.gather import (
    SubmittedFile,
    folder,
    hidden,
    of_one_student,
    single,
)
from backprop_cli.batch.submissions.meter import Meter
from backprop_cli.batch.submissions.submission import MAX_BYTES, Raw
from backprop_cli.errors import BackpropError, inert


def read_folder(path: str, meter: Meter, whole: bool = False) -> Iterator[Raw]:
    """The submissions in a folder, by name: files, and a sub-folder for a student.

    With `whole`, or where it looks like that, the folder itself is one submission.

    Raises:
        BackpropError: if the folder cannot be read.
    """
    entries = _entries(path)
    shown = inert(_text(os.path.basename(os.path.abspath(path))))
    if whole or of_one_student(entries):
        meter.total += 1
        yield folder(_text(os.path.basename(os.path.abspath(path))), entries, shown)
        meter.seen += 1
        return
    meter.total += len(entries)
    for entry in entries:
        source = f"{shown}/{inert(_text(entry.name))}"
        if entry.folder:
            yield _student(os.path.join(path, entry.name), _text(entry.name), source)
        else:
            yield single(entry._replace(name=_text(entry.name)), source)
        meter.seen += 1


def _student(path: str, name: str, source: str) -> Raw:
    try:
        return folder(name, _entries(path), source)
    except BackpropError as error:
        return Raw(source, name, b"", reason=error.message)


def _entries(path: str) -> list[SubmittedFile]:
    """What is in a folder, by name, whatever order the disk has; links are not followed."""
    try:
        with os.scandir(path) as found:
            items = [
                (item.name, item.is_dir(follow_symlinks=False))
                for item in found
                if not hidden(item.name)
            ]
    except OSError as error:
        reason = inert(error.strerror or str(error))
        raise BackpropError(f"{inert(path)} cannot be read: {reason}") from None
    return [
        SubmittedFile(name, partial(read_bounded, os.path.join(path, name)), is_folder)
        for name, is_folder in sorted(items)
    ]


def read_bounded(path: str, follow: bool = False) -> bytes:
    """The bytes of a regular file.

    A link is not followed: it could show a student what only the teacher may read.

    Raises:
        BackpropError: if it is missing, no regular file, or larger than `MAX_BYTES`.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        # Looked up first: where there is no O_NOFOLLOW, a link is found here.
        if not follow and stat.S_ISLNK(os.lstat(path).st_mode):
            raise OSError(errno.ELOOP, "")
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise BackpropError("it is not a regular file")
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.ELOOP:
            raise BackpropError("it is a symbolic link, which is not followed") from None
        reason = getattr(error, "strerror", None) or str(error)
        raise BackpropError(f"it cannot be read: {inert(reason)}") from None
    if len(data) > MAX_BYTES:
        raise BackpropError(f"it is larger than {MAX_BYTES // 2**20} MiB")
    return data


def _text(name: str) -> str:
    """The name of a file as text, whatever bytes it is made of."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
