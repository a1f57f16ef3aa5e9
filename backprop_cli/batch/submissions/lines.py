"""Read a class from a file of lines: JSON, one submission a line."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import IO

from backprop_cli.batch.submissions.meter import Meter
from backprop_cli.batch.submissions.submission import MAX_BYTES, Raw
from backprop_cli.errors import BackpropError

TOO_LONG = f"it is longer than {MAX_BYTES // 2**20} MiB"


def read_lines(file: IO[bytes], name: str, meter: Meter) -> Iterator[Raw]:
    """The submissions of a .jsonl file, one by one; blank lines are none.

    Raises:
        BackpropError: if it is not in UTF-8 at all.
    """
    for number, line in enumerate(bounded(file, name, meter), start=1):
        if line.reason:
            yield line._replace(source=f"{name}, line {number}")
        elif data := line.data.strip():
            yield Raw(f"{name}, line {number}", "", data)


def bounded(file: IO[bytes], name: str, meter: Meter) -> Iterator[Raw]:
    """Each line as it stands; of one that is too long only its fingerprint, with the reason."""
    first = True
    while line := file.readline(MAX_BYTES + 1):
        if first:
            line = _without_mark(line, name)
            first = False
        meter.seen += len(line)
        if len(line) > MAX_BYTES:
            yield Raw(name, "", _rest(file, line, meter), reason=TOO_LONG)
        else:
            yield Raw(name, "", line)


def _without_mark(line: bytes, name: str) -> bytes:
    """The first line without the mark that Windows puts before UTF-8."""
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BackpropError(f"{name} is not in UTF-8", hint="save it as UTF-8")
    return line.removeprefix(b"\xef\xbb\xbf")


def _rest(file: IO[bytes], line: bytes, meter: Meter) -> bytes:
    """Read on to the end of a line that is too long, and keep its fingerprint only."""
    mark = blake2b(line, digest_size=16)
    while not line.endswith(b"\n") and (line := file.readline(MAX_BYTES)):
        meter.seen += len(line)
        mark.update(line)
    return mark.digest()
