"""A user of its own for each place where students' code runs, where we are root."""

import errno
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from backprop_cli.sandbox.inside.confine import NOBODY
from backprop_cli.sandbox.scratch import delete

USERS = range(60578, 61184)
"""Users that no distribution gives to anybody (systemd's list calls them unused)."""

SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock")
"""Where everybody may write."""


class Slot:
    """A user that no other run on this machine has, as long as this object is open."""

    def __init__(self) -> None:
        self.user = NOBODY
        self._held: socket.socket | None = None
        if os.getuid() == 0 and sys.platform.startswith("linux"):
            self._take()

    def _take(self) -> None:
        """Hold the name of a user: the kernel lets go of it when we end, however we end."""
        for user in USERS:
            held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                held.bind(f"\0backprop-user-{user}")
            except OSError as error:
                held.close()
                if error.errno != errno.EADDRINUSE:
                    raise
                continue
            self.user, self._held = user, held
            return

    def clear(self) -> None:
        """Delete what this user has left where everybody may write."""
        if self._held is None:
            return
        for top in map(Path, SHARED):
            with suppress(OSError), os.scandir(top) as entries:
                for entry in entries:
                    if entry.stat(follow_symlinks=False).st_uid != self.user:
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        delete(Path(entry.path))
                    else:
                        os.unlink(entry.path)

    def close(self) -> None:
        """Let another have it."""
        if self._held is not None:
            self._held.close()
            self._held = None
