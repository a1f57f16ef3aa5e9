"""The file of a gradebook: made once, looked at before it is trusted, never overwritten."""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakSet

from backprop_cli.errors import BackpropError

APPLICATION = 0x62703A67
"""SQLite's field for whose file it is: "bp:g"."""
VERSION = 1
"""Of the tables. Another version is refused, not guessed at."""

TABLES = (
    "CREATE TABLE exercise (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, marking INTEGER NOT NULL,"
    " title TEXT NOT NULL, text TEXT NOT NULL, questions TEXT NOT NULL, UNIQUE (hash, marking))",
    # The version of each exercise that counts; older ones stay for comparison.
    "CREATE TABLE latest (title TEXT PRIMARY KEY, exercise INTEGER NOT NULL) WITHOUT ROWID",
    # Rows are only ever appended here and below. An index on a digest would touch pages all over
    # the file with each chunk: at a million rows that is six times slower than reading the
    # digests once, which is quick as they stand apart from the records.
    "CREATE TABLE outcome (id INTEGER PRIMARY KEY, digest BLOB NOT NULL)",
    "CREATE TABLE record (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    "CREATE TABLE submission (id INTEGER PRIMARY KEY, exercise INTEGER NOT NULL,"
    " digest BLOB NOT NULL, student TEXT NOT NULL, source TEXT NOT NULL, outcome INTEGER NOT NULL)",
    # By title, so that they outlive a mended exercise and a new version of the marking.
    "CREATE TABLE manual (title TEXT, student TEXT, question TEXT, points REAL NOT NULL,"
    " reason TEXT NOT NULL, PRIMARY KEY (title, student, question)) WITHOUT ROWID",
)

SETTINGS = (
    # Records of some kilobytes leave less of a larger page empty.
    "page_size = 8192",
    # With a truncated rollback journal and full syncs, what was committed survives the loss of
    # power, the book is one file that can be copied, and network drives will do; WAL needs two
    # more files and shared memory.
    "journal_mode = TRUNCATE",
    "synchronous = FULL",
    "cache_size = -8000",
    "trusted_schema = OFF",
    "cell_size_check = ON",
)

_MAGIC = b"SQLite format 3\0"


class Connection(sqlite3.Connection):
    """One that can end what is still being read.

    SQLite holds the file for as long as a cursor is not through, and after an error nobody can say
    when Python will be rid of one.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def execute(self, *given: Any) -> sqlite3.Cursor:
        """Run a statement, and remember where its rows are read."""
        made = super().execute(*given)
        self._cursors.add(made)
        return made

    def end_reading(self) -> None:
        """Close the cursors; then closing the connection lets go of the file."""
        for cursor in self._cursors:
            cursor.close()


def connect(path: str, create: bool) -> Connection:
    """The open database of a gradebook, which is made where there is none and `create`.

    Raises:
        BackpropError: if it is missing, damaged, or something else than a gradebook.
    """
    real = Path(path).absolute()
    _look(real, path, create)
    with faults(path):
        book = sqlite3.connect(real, timeout=60, isolation_level=None, factory=Connection)
        try:
            for setting in SETTINGS:
                book.execute(f"PRAGMA {setting}")
            if create:
                _make(book)
            _check(book, path)
        except BaseException:
            book.end_reading()
            book.close()
            raise
    return book


def _look(real: Path, path: str, create: bool) -> None:
    """Refuse what cannot be a gradebook before SQLite touches it."""
    try:
        state = real.stat()
        if stat.S_ISDIR(state.st_mode):
            raise BackpropError(f"{path} is a folder, not a gradebook")
        if not stat.S_ISREG(state.st_mode):
            raise BackpropError(f"{path} is not a regular file")
        head = _head(real)
    except (FileNotFoundError, NotADirectoryError):
        _look_for_room(real, path, create)
        return
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BackpropError(f"{path} cannot be read: {reason}") from None
    if not state.st_size and create:
        return
    unfinished = os.path.exists(f"{real}-journal")
    if head[:16] != _MAGIC or (not unfinished and head[68:72] != APPLICATION.to_bytes(4)):
        raise _foreign(path)


def _head(real: Path) -> bytes:
    with real.open("rb") as file:
        return file.read(100)


def _look_for_room(real: Path, path: str, create: bool) -> None:
    if not create:
        raise BackpropError(f"there is no gradebook {path}")
    if not real.parent.is_dir():
        raise BackpropError(f"there is no folder {Path(path).parent!s} for {path}")


def _foreign(path: str) -> BackpropError:
    return BackpropError(
        f"{path} is not a gradebook of backprop; it was left as it is",
        hint="name another file",
    )


def _make(book: sqlite3.Connection) -> None:
    """Lay out an empty database, in one transaction: there is no half a gradebook."""
    if book.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return
    book.execute("BEGIN IMMEDIATE")
    # Another process may have been quicker.
    if not book.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        book.execute(f"PRAGMA application_id = {APPLICATION}")
        book.execute(f"PRAGMA user_version = {VERSION}")
        for table in TABLES:
            book.execute(table)
    book.execute("COMMIT")


def _check(book: sqlite3.Connection, path: str) -> None:
    """Refuse a file that is not ours, of another version, or damaged."""
    if book.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise _foreign(path)
    version = book.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        raise BackpropError(
            f"{path} is a gradebook of layout {version}, this backprop writes {VERSION}",
            hint="use the backprop that wrote it, or name another file",
        )
    if book.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise damaged(path)
    # A table, trigger or view that is not ours would run when the book is used.
    made = {sql for (sql,) in book.execute("SELECT sql FROM sqlite_master") if sql}
    if made != set(TABLES):
        raise _foreign(path)


def damaged(path: str, why: str = "") -> BackpropError:
    """What to say of a book that cannot be read on."""
    return BackpropError(
        f"{path} is damaged{why and f' ({why})'}; it was left as it is",
        hint="move it away and grade again, or take it from a backup",
    )


def in_use(path: str, used: str) -> BackpropError:
    """What to say of a book that another process has; `used` is read or written."""
    hint = "what was stored is safe; the same command goes on where it stopped"
    return BackpropError(f"{path} is being {used} by another process", hint=hint)


@contextlib.contextmanager
def faults(path: str) -> Iterator[None]:
    """Say what SQLite met in words of ours."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        # Of a damaged file even SQLite's message may be no text.
        raise _in_words(path, error) from None


def _in_words(path: str, error: Exception) -> BackpropError:
    code = getattr(error, "sqlite_errorname", "") or ""
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return BackpropError(
            f"{path}: the disk is full or failed ({error!s}); what was stored is safe",
            hint="make room, then give the same command again: it goes on where it stopped",
        )
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return in_use(path, "written")
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return BackpropError(f"{path} cannot be opened or written: {error!s}")
    if code.startswith("SQLITE_NOTADB"):
        return _foreign(path)
    return damaged(path, str(error))
