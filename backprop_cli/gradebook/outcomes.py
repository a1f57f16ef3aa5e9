"""Outcomes, each of which is stored once, however many earned it."""

import sqlite3

from backprop_cli.gradebook.digests import DigestMap, checked_digest, digest

_CACHED = 1 << 25
"""Characters of the outcomes that are known by their text, without a digest."""


class Outcomes:
    """Where each outcome is. What is new is written by `flush`, in the order of arrival.

    As with submissions, SQLite has no index on the digests: see schema.py.
    """

    def __init__(self) -> None:
        self._places = DigestMap()
        self._recent: dict[str, int] = {}
        self._cached = 0
        self._last = 0
        self._new: list[tuple[int, bytes]] = []
        self._texts: list[tuple[int, str]] = []

    def refresh(self, sql: sqlite3.Connection) -> None:
        """Learn what is stored, in a transaction that writes."""
        found = sql.execute("SELECT id, digest FROM outcome WHERE id > ?", (self._last,))
        for place, key in found:
            self._places.put(checked_digest(key), place)
            self._last = place

    def place(self, text: str) -> int:
        """The place of an outcome, which is new or not."""
        return self._recent.get(text) or self._place(text)

    def _place(self, text: str) -> int:
        key = digest(text.encode())
        place = self._places.get(key)
        if not place:
            place = self._last = self._last + 1
            self._places.put(key, place)
            self._new.append((place, key))
            self._texts.append((place, text))
        if self._cached + len(text) > _CACHED:
            self._recent.clear()
            self._cached = 0
        self._recent[text] = place
        self._cached += len(text)
        return place

    def flush(self, sql: sqlite3.Connection) -> None:
        """Write what is new."""
        sql.executemany("INSERT INTO outcome VALUES (?, ?)", self._new)
        sql.executemany("INSERT INTO record VALUES (?, ?)", self._texts)
        self._new.clear()
        self._texts.clear()
