"""Write a view to a file, so that the file is whole or as it was before."""

import errno
import glob
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import time

from backprop_cli.errors import BackpropError, inert

UNFINISHED = ".part"
"""How the name of a file ends that is being written."""


def write_file(path: str, pieces: Iterable[str] | bytes) -> None:
    """Write text in UTF-8, or bytes: a new file takes the old one's place when it is done.

    Raises:
        BackpropError: if the folder is missing or the file cannot be written.
    """
    target = Path(path)
    try:
        if target.is_dir():
            raise BackpropError(f"{inert(path)} is a folder, not a file")
        if not target.parent.is_dir():
            raise BackpropError(f"there is no folder {inert(str(target.parent))} to write to")
        if target.exists() and not target.is_file():
            # A pipe or a device has nothing to keep: it is written as it comes.
            with target.open("wb") as device:
                device.writelines(_encoded(pieces))
            return
        _replace(target, _encoded(pieces))
    except (OSError, ValueError, RuntimeError) as error:
        # A link to itself is a RuntimeError up to Python 3.12.
        reason = getattr(error, "strerror", None) or str(error)
        raise BackpropError(f"{inert(path)} cannot be written: {inert(reason)}") from None


def _encoded(pieces: Iterable[str] | bytes) -> Iterable[bytes]:
    return [pieces] if isinstance(pieces, bytes) else (piece.encode() for piece in pieces)


OLD = 600
"""Seconds after which what a killed run has left beside a file is removed."""


def _replace(target: Path, pieces: Iterable[bytes]) -> None:
    real = target.resolve()
    if real.is_symlink():
        # A link to itself, which Python 3.13 no longer refuses to resolve.
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    prefix = f".{real.name[:40]}."
    _sweep(real.parent, prefix)
    with NamedTemporaryFile(
        "wb", dir=real.parent, prefix=f"{prefix}{os.getpid()}-", suffix=UNFINISHED, delete=False
    ) as file:
        try:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
            mode = real.stat().st_mode if real.exists() else 0o666 & ~_umask()
            os.chmod(file.name, mode & 0o777)
            os.replace(file.name, real)
        except BaseException:
            os.unlink(file.name)
            raise


def _sweep(folder: Path, prefix: str) -> None:
    """Remove what runs that were killed have left of an earlier version of a file."""
    for left in folder.glob(f"{glob.escape(prefix)}*-*{UNFINISHED}"):
        owner = left.name.removeprefix(prefix).partition("-")[0]
        with suppress(OSError):
            if owner.isdecimal() and time() - left.stat().st_mtime > OLD and not _runs(int(owner)):
                left.unlink()


def _runs(process: int) -> bool:
    """Whether there may be a process of this number."""
    if os.name != "posix":
        # Elsewhere the question itself may end it.
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
