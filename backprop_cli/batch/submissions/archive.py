"""Read submissions out of a .zip without unpacking it: no path, link or bomb of it can do harm."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any

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

MAX_DIRECTORY = 2**24
"""The most bytes of an archive's own table of contents: about 150,000 files."""
MAX_UNPACKED = 2**31
"""The most bytes of all files of an archive together, unpacked."""

Parts = tuple[str, ...]


class _Bounded(io.FileIO):
    """A file of which nobody reads very much at once, such as a table of contents of gigabytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= MAX_DIRECTORY:
            size = MAX_DIRECTORY + 1
        data = super().read(size) or b""
        if len(data) > MAX_DIRECTORY:
            raise BackpropError("it holds too many files")
        return data


def read_archive(path: str, name: str, meter: Meter, whole: bool = False) -> Iterator[Raw]:
    """The submissions in a .zip, by name, as in a folder.

    Raises:
        BackpropError: if it is no archive, or damaged as a whole.
    """
    with _Bounded(path) as file:
        try:
            archive = zipfile.ZipFile(file)
        except BackpropError as error:
            raise BackpropError(f"{name}: {error.message}") from None
        except Exception:  # a damaged header ends in any of a dozen kinds
            raise BackpropError(f"{name} is not a .zip, or it is damaged") from None
        with archive:
            yield from _submissions(archive, name, meter, whole)


def _submissions(archive: zipfile.ZipFile, name: str, meter: Meter, whole: bool) -> Iterator[Raw]:
    if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
        raise BackpropError(f"{name} unpacks to more than {MAX_UNPACKED // 2**30} GiB")
    files = sorted(_files(archive), key=lambda item: item[0])
    files = _without_wrapper(files)
    stem = name.removesuffix(".zip")
    if whole or of_one_student(_level(archive, files)):
        yield folder(stem, _level(archive, files), name)
        return
    groups = [(first, list(items)) for first, items in groupby(files, key=lambda item: item[0][0])]
    meter.total += len(groups)
    for first, items in groups:
        yield _submission(archive, first, items, f"{name}/{inert(first)}")
        meter.seen += 1


def _submission(
    archive: zipfile.ZipFile, first: str, items: list[tuple[Parts, zipfile.ZipInfo]], source: str
) -> Raw:
    plain = [item for item in items if len(item[0]) == 1]
    if len(plain) > 1 or (plain and len(items) > 1):
        return single(SubmittedFile(first, _twice), source)
    if plain:
        return single(_entry(archive, first, plain[0][1]), source)
    return folder(first, _level(archive, [(path[1:], item) for path, item in items]), source)


def _files(archive: zipfile.ZipFile) -> Iterator[tuple[Parts, zipfile.ZipInfo]]:
    """Each file with the parts of its path, without those of the system and empty folders."""
    for item in archive.infolist():
        path = item.filename.replace("\\", "/")
        parts = tuple(part for part in path.split("/") if part not in ("", "."))
        if _leads_out(path):
            # In no folder: it spoils nobody else's.
            yield (path,), item
        elif parts and not item.is_dir() and not any(map(hidden, parts)):
            yield parts, item


def _leads_out(path: str) -> bool:
    return path.startswith("/") or ".." in path.split("/")


def _without_wrapper(
    files: list[tuple[Parts, zipfile.ZipInfo]],
) -> list[tuple[Parts, zipfile.ZipInfo]]:
    """The files without the one folder around all of them, which is the class, not a student."""
    tops = {path[0] for path, _ in files}
    deep = len(tops) == 1 and all(len(path) > 1 for path, _ in files)
    if not deep or of_one_student(
        [SubmittedFile(path[1], bytes, len(path) > 2) for path, _ in files]
    ):
        return files
    return [(path[1:], item) for path, item in files]


def _level(
    archive: zipfile.ZipFile, files: list[tuple[Parts, zipfile.ZipInfo]]
) -> list[SubmittedFile]:
    """The files and folders directly below, each once."""
    entries: dict[str, SubmittedFile] = {}
    for path, item in files:
        if len(path) > 1:
            entries[path[0]] = SubmittedFile(path[0], bytes, folder=True)
        elif path[0] in entries:
            entries[path[0]] = SubmittedFile(path[0], _twice)
        else:
            entries[path[0]] = _entry(archive, path[0], item)
    return list(entries.values())


def _twice() -> bytes:
    raise BackpropError("the archive has a file of that name more than once")


def _entry(archive: zipfile.ZipFile, name: str, item: zipfile.ZipInfo) -> SubmittedFile:
    return SubmittedFile(name, partial(_unpacked, archive, item))


def _unpacked(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> bytes:
    """The bytes of one file, unpacked in memory and no further than its bound."""
    if stat.S_ISLNK(item.external_attr >> 16):
        raise BackpropError("it is a symbolic link, which is not followed")
    if _leads_out(item.filename.replace("\\", "/")):
        raise BackpropError("its path leads out of the archive")
    if item.flag_bits & 1:
        raise BackpropError("it is encrypted")
    if item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BackpropError("it is packed in a way that is not read: only stored and deflated are")
    return _read(archive, item)


def _read(archive: zipfile.ZipFile, item: Any) -> bytes:
    try:
        with archive.open(item) as file:
            data = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, KeyError):
        raise BackpropError("it is damaged in the archive") from None
    except NotImplementedError:
        raise BackpropError("it is packed in a way that is not read") from None
    if len(data) > MAX_BYTES:
        raise BackpropError(f"it is larger than {MAX_BYTES // 2**20} MiB")
    return data
