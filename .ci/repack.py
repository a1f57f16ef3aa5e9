"""Write a source archive again without what differs from one build to the next.

setuptools puts the time of building and the builder's name into it, whatever
SOURCE_DATE_EPOCH says.
"""

import gzip
import io
import os
import sys
import tarfile
from pathlib import Path


def repacked(data: bytes, time: int) -> bytes:
    """The archive with its files in order, all of nobody, and all of one time."""
    plain = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(data)) as old,
        tarfile.open(fileobj=plain, mode="w") as new,
    ):
        for member in sorted(old.getmembers(), key=lambda each: each.name):
            clean = tarfile.TarInfo(member.name)
            clean.size, clean.type, clean.mtime = member.size, member.type, time
            clean.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            new.addfile(clean, old.extractfile(member) if member.isfile() else None)
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=time) as file:
        file.write(plain.getvalue())
    return packed.getvalue()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_bytes(repacked(path.read_bytes(), int(os.environ["SOURCE_DATE_EPOCH"])))
