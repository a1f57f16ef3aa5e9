"""Open files of formulas and values, none of which is trusted."""

import os
import stat
from typing import IO

from backprop_cli.errors import BackpropError
from backprop_cli.language.parsing.lexer import MAX_SOURCE


def read_formula(path: str) -> str:
    """The text of a formula file.

    Raises:
        BackpropError: if it is missing, too large or no text.
    """
    with opened(path, "formula") as file:
        return decode(file.read(MAX_SOURCE + 1), path)


def decode(data: bytes, path: str) -> str:
    """The text of the bytes of a formula, from a file or from standard input."""
    if len(data) > MAX_SOURCE:
        raise BackpropError(f"{path} is larger than {MAX_SOURCE // 2**20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BackpropError(f"{path} is not a text file in UTF-8") from None
    if "\0" in text:
        raise BackpropError(f"{path} is a binary file, not a formula")
    return text.replace("\r\n", "\n")


def opened(path: str, what: str, regular: bool = False) -> IO[bytes]:
    """The file, open to read; a folder, a missing or an unreadable file is an error."""
    place = _bytes_of(path)
    try:
        if os.path.isdir(place):
            raise BackpropError(f"{path} is a folder, not a {what} file")
        if regular and not stat.S_ISREG(os.stat(place).st_mode):
            # Looked up before it is opened: a pipe that nobody writes to would never open.
            raise BackpropError(f"{path} is not a regular file")
        return open(place, "rb")
    except FileNotFoundError:
        raise BackpropError(f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BackpropError(f"{path} cannot be read: {reason}") from None


def _bytes_of(path: str) -> bytes:
    """The name of a file as the system knows it: in UTF-8, where the locale knows no ü."""
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:
        return path.encode(errors="surrogateescape")
