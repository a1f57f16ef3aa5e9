"""How far the reading has come, for a bar that says when it will be done."""

from dataclasses import dataclass


@dataclass
class Meter:
    """What was read, of what there is: bytes of a table, files of a folder."""

    seen: int = 0
    total: int = 0

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.seen / self.total) if self.total else 0.0
