"""Folders in which students' code may write, and the way to be rid of whatever it left there."""

import fcntl
import os
import stat
import tempfile
from contextlib import suppress
from logging import getLogger
from pathlib import Path

PREFIX = "backprop-"
OURS = 0o711
OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Scratch:
    """A folder of ours, and in it the one in which the code of students may write."""

    def __init__(self) -> None:
        sweep()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.folder = self.path / "run"
        self.unusable = 0
        self._lock: int | None = os.open(self.path, OPEN_FOLDER)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Others may pass through, and not look around; `sweep` knows it by this mode.
        self.path.chmod(OURS)

    def fresh(self) -> None:
        """Make `folder` an empty one, also for another user.

        Raises:
            OSError: if that cannot be.
        """
        if not delete(self.folder):
            self.unusable += 1
            self.folder.rename(self.path / f"unusable{self.unusable}")
        self.folder.mkdir()
        self.folder.chmod(0o777)

    def close(self) -> None:
        """Delete it all."""
        if self._lock is not None:
            delete(self.path)
            os.close(self._lock)
            self._lock = None


def sweep() -> None:
    """Delete the folders of runs that were killed: nobody holds their locks any more."""
    top = Path(tempfile.gettempdir())
    for path in top.glob(f"{PREFIX}*"):
        with suppress(OSError):
            state = path.lstat()
            if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid():
                continue
            if stat.S_IMODE(state.st_mode) != OURS:
                # Of somebody who is about to lock it, or not one of these at all.
                continue
            lock = os.open(path, OPEN_FOLDER)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                delete(path)
            finally:
                os.close(lock)


def delete(path: Path) -> bool:
    """Delete a folder and all below, whatever that is; where something stays, say so.

    It never follows a link, and neither the depth nor the number of what is there matters: every
    folder below is first moved to the top, so no two folders are open at a time.
    """
    try:
        top = os.open(path, OPEN_FOLDER)
        try:
            _clear(top)
        finally:
            os.close(top)
        path.rmdir()
    except FileNotFoundError:
        return True
    except OSError as error:
        getLogger("backprop").warning(
            "the folder %s could not be emptied (%s); it is not used again", path, error.strerror
        )
        return False
    return True


def _clear(top: int) -> None:
    number = 0
    while True:
        folders = _unlink_files(top)
        if not folders:
            return
        for name in folders:
            _permit(name, top)
            folder = os.open(name, OPEN_FOLDER, dir_fd=top)
            try:
                for inner in _unlink_files(folder):
                    _permit(inner, folder)
                    number = _move_up(inner, folder, top, number)
            finally:
                os.close(folder)
            os.rmdir(name, dir_fd=top)


def _unlink_files(folder: int) -> list[bytes]:
    """Delete what is no folder, and return the names of the folders."""
    folders: list[bytes] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = os.fsencode(entry.name)
            if entry.is_dir(follow_symlinks=False):
                folders.append(name)
            else:
                os.unlink(name, dir_fd=folder)
    return folders


def _permit(name: bytes, folder: int) -> None:
    """Let ourselves into a folder that its owner has closed."""
    if stat.S_IMODE(os.lstat(name, dir_fd=folder).st_mode) & 0o700 == 0o700:
        return
    if os.chmod in os.supports_follow_symlinks:
        os.chmod(name, 0o700, dir_fd=folder, follow_symlinks=False)
        return
    # Linux cannot say "not through a link" here; the way over a descriptor can.
    found = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        os.chmod(f"/proc/self/fd/{found}", 0o700)
    finally:
        os.close(found)


def _move_up(name: bytes, folder: int, top: int, number: int) -> int:
    """Move a folder to the top under a name that nothing has there; the next number to try."""
    while True:
        free = b".moved%d" % number
        number += 1
        try:
            os.lstat(free, dir_fd=top)
        except FileNotFoundError:
            os.rename(name, free, src_dir_fd=folder, dst_dir_fd=top)
            return number
