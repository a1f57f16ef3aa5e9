"""Talk to a child that may lie, shout, or say nothing: every wait and every answer is bounded."""

import json
import os
import select
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

from backprop_cli.sandbox.limits import Limits
from backprop_cli.sandbox.report import Ending

CHUNK = 65536


class Ended(Exception):
    """The conversation is over; `ending` is None where only the child's end can say why."""

    def __init__(self, ending: Ending | None) -> None:
        super().__init__(ending)
        self.ending = ending


class Talk:
    """Our end of the conversation with one run, and of what the run prints."""

    def __init__(self, line: socket.socket, printed: int, limits: Limits) -> None:
        line.setblocking(False)
        self.line = line
        self.printed = printed
        self.limits = limits
        self.deadline = monotonic() + limits.wall
        self.heard = bytearray()
        self.received = 0
        self.output = bytearray()
        self.quiet = False

    def ask(self, messages: Sequence[dict[str, Any]], replies: int) -> Iterator[Any]:
        """Send lines of JSON all at once, and yield so many lines that come back.

        Raises:
            Ended: if one does not come, or is not JSON, or is too long.
        """
        left = memoryview("".join([json.dumps(message) + "\n" for message in messages]).encode())
        for _ in range(replies):
            while b"\n" not in self.heard:
                ready = self._wait(bool(left))
                if ready.get(self.printed):
                    self._hear_output()
                event = ready.get(self.line.fileno(), 0)
                if event & select.POLLOUT:
                    left = left[self._send(left) :]
                if event & ~select.POLLOUT:
                    self._hear_reply()
            reply, _, rest = bytes(self.heard).partition(b"\n")
            self.heard[:] = rest
            yield _parsed(reply)

    def _wait(self, sending: bool) -> dict[int, int]:
        """Descriptor -> what can be done with it now."""
        seconds = self.deadline - monotonic()
        poll = select.poll()
        poll.register(self.line, select.POLLIN | (select.POLLOUT if sending else 0))
        if not self.quiet:
            poll.register(self.printed, select.POLLIN)
        ready = dict(poll.poll(max(0.0, seconds) * 1000))
        if seconds <= 0:
            raise Ended(Ending.TIMEOUT)
        return ready

    def _send(self, message: memoryview) -> int:
        try:
            return self.line.send(message)
        except BlockingIOError:
            return 0
        except OSError:
            raise Ended(None) from None

    def _hear_reply(self) -> None:
        try:
            chunk = self.line.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            raise Ended(None)
        self.heard += chunk
        self.received += len(chunk)
        if len(self.heard) > self.limits.reply or self.received > self.limits.replies:
            raise Ended(Ending.GARBLED)

    def _hear_output(self) -> None:
        chunk = os.read(self.printed, CHUNK)
        self.quiet = not chunk
        self.output += chunk
        if len(self.output) > self.limits.printed:
            raise Ended(Ending.PRINTED)

    def last_words(self) -> str:
        """What was printed; call it when the run is over."""
        os.set_blocking(self.printed, False)
        try:
            while not self.quiet and len(self.output) <= self.limits.printed:
                self._hear_output()
        except (BlockingIOError, Ended):
            pass
        return self.output.decode("utf-8", errors="backslashreplace")

    def hang_up(self) -> None:
        """Say that there is nothing more to ask: an honest child ends now."""
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close our ends."""
        self.line.close()
        os.close(self.printed)


def _parsed(reply: bytes) -> Any:
    try:
        return json.loads(reply)
    except (ValueError, RecursionError):
        raise Ended(Ending.GARBLED) from None
