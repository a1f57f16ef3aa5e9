"""Sets and maps of digests that take little more memory than the digests."""

from collections.abc import Iterable
from hashlib import blake2b

SIZE = 16
"""Bytes of a digest."""
_BUCKETS = 65536


def digest(data: bytes) -> bytes:
    """What stands for these bytes in a gradebook."""
    return blake2b(data, digest_size=SIZE).digest()


def checked_digest(found: object) -> bytes:
    """A digest that was read from a file.

    Raises:
        sqlite3.DatabaseError: if it is none.
    """
    if type(found) is not bytes or len(found) != SIZE:
        from sqlite3 import DatabaseError

        raise DatabaseError("a digest of another length")
    return found


class DigestSet:
    """A set of 16-byte digests: 18 bytes each for a million, where Python's own takes 100.

    A digest stands in the bucket that its first two bytes name, behind those that came before it.
    """

    def __init__(self, digests: Iterable[bytes] = ()) -> None:
        self._buckets = [b""] * _BUCKETS
        self._count = 0
        for digest in digests:
            self.add(digest)

    def add(self, digest: bytes) -> bool:
        """Put a digest into the set; whether it was new."""
        at = digest[0] << 8 | digest[1]
        bucket = self._buckets[at]
        if digest in bucket and _stands(digest, bucket):
            return False
        self._buckets[at] = bucket + digest
        self._count += 1
        return True

    def __contains__(self, digest: bytes) -> bool:
        bucket = self._buckets[digest[0] << 8 | digest[1]]
        return digest in bucket and _stands(digest, bucket)

    def __len__(self) -> int:
        return self._count


def _stands(digest: bytes, bucket: bytes) -> bool:
    """Whether the digest is one of the bucket's, not the end of one and the start of the next."""
    at = bucket.find(digest)
    while at >= 0 and at % SIZE:
        at = bucket.find(digest, at + 1)
    return at >= 0


_ENTRY = SIZE + 8
"""Bytes of a digest and its place."""


class DigestMap:
    """Digest -> a whole number above 0, in 26 bytes each for a million."""

    def __init__(self) -> None:
        self._buckets = [b""] * _BUCKETS

    def put(self, digest: bytes, place: int) -> None:
        """Say where a digest is, which is not there yet."""
        self._buckets[digest[0] << 8 | digest[1]] += digest + place.to_bytes(8)

    def get(self, digest: bytes) -> int:
        """Where a digest is; 0 where nobody has said."""
        bucket = self._buckets[digest[0] << 8 | digest[1]]
        at = bucket.find(digest)
        while at >= 0 and at % _ENTRY:
            at = bucket.find(digest, at + 1)
        return int.from_bytes(bucket[at + SIZE : at + _ENTRY]) if at >= 0 else 0
