"""A session in a real pseudo-terminal: keys, Ctrl-C, Ctrl-D, and a window that is resized."""

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

from backprop_cli.lessons.progress.progress import Book


class Terminal:
    """A pseudo-terminal with `backprop` in it."""

    def __init__(self, *arguments: str, columns: int = 80, **environment: str) -> None:
        self.keyboard, inside = pty.openpty()
        self.resize(columns)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "backprop_cli", *arguments],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
            | {"TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
            | environment,
        )
        os.close(inside)
        self.seen = ""
        # A character of several bytes may arrive in pieces.
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def resize(self, columns: int) -> None:
        fcntl.ioctl(self.keyboard, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def until(self, text: str) -> str:
        """What is shown up to a text."""
        while text not in self.seen:
            ready, _, _ = select.select([self.keyboard], [], [], 60)
            assert ready, self.seen
            piece = self._read()
            assert piece, self.seen
            self.seen += self.decoder.decode(piece)
        shown, _, self.seen = self.seen.partition(text)
        return shown + text

    def _read(self) -> bytes:
        try:
            return os.read(self.keyboard, 65536)
        except OSError:
            return b""

    def type(self, keys: str) -> None:
        """Type once the line editor listens: before, the terminal itself would keep a Ctrl-D."""
        while termios.tcgetattr(self.keyboard)[3] & termios.ICANON:
            assert self.process.poll() is None, self.seen
            time.sleep(0.01)
        os.write(self.keyboard, keys.encode())

    def end(self, last_key: str = "") -> tuple[int, str]:
        """The exit status, and what was shown last, where `last_key` ends it.

        Python loses a Ctrl-C between looking for one and waiting for a key. Who sits before
        it presses it again, and so does this.
        """
        tries = 0
        while not self._heard_out(seconds=2 if last_key else 60):
            tries += 1
            assert last_key, self.seen
            assert tries < 30, self.seen
            os.write(self.keyboard, last_key.encode())
        status = self.process.wait(60)
        os.close(self.keyboard)
        return status, self.seen

    def _heard_out(self, seconds: float) -> bool:
        """Whether all was read up to the end; False where nothing more came for some seconds."""
        while select.select([self.keyboard], [], [], seconds)[0]:
            if not (piece := self._read()):
                return True
            self.seen += self.decoder.decode(piece)
        return False


def plain(text: str) -> str:
    """What is shown, without colours."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", text)


def test_a_session_with_a_resize_and_ctrl_c(home: Path) -> None:
    terminal = Terminal("learn", "computation-graphs")
    terminal.until("Press Enter to continue > ")
    terminal.type("\r")
    wide = terminal.until("q = ")
    wide += terminal.until("q = ")
    assert "(+)" in plain(wide)
    terminal.resize(40)
    terminal.type("3\r")
    narrow = plain(terminal.until("\nf = "))
    assert "Right." in narrow
    assert 30 < max(map(len, narrow.splitlines())) <= 40
    terminal.type("-1\x03")
    status, last = terminal.end("\x03")
    assert status == 130
    assert "Traceback" not in last
    assert "continues here." in last
    assert [entry.what for entry in Book(home).read().entries] == ["read", "solved"]


def test_ctrl_d_leaves_cleanly() -> None:
    terminal = Terminal("learn", "chain-rule")
    terminal.until("Press Enter to continue > ")
    terminal.type("\x04")
    status, last = terminal.end()
    assert status == 0
    assert "Traceback" not in last
    assert "backprop learn chain-rule continues here." in last


def test_a_terminal_that_knows_ascii_only() -> None:
    terminal = Terminal("learn", "chain-rule", PYTHONIOENCODING="ascii")
    terminal.until("Press Enter to continue > ")
    terminal.type("\rhint\rquit\r")
    status, last = terminal.end()
    assert status == 0
    assert "df/df = " in last
    assert "\\u" not in last


def test_a_live_session_shows_what_a_scripted_one_shows(tmp_path: Path) -> None:
    lines = ["", "3", "hint", "-12", "quit"]
    (tmp_path / "answers").write_text("\n".join(lines) + "\n")
    arguments = ["learn", "computation-graphs"]
    terminal = Terminal(*arguments)
    live = ""
    for line, prompt in zip(
        lines, ["continue > ", "\nq = ", "\nf = ", "\nf = ", "\nq1 = "], strict=True
    ):
        live += terminal.until(prompt)
        terminal.type(f"{line}\r")
    live += terminal.end()[1]
    for more, stdin in ((["--answers", str(tmp_path / "answers")], None), ([], "\n".join(lines))):
        done = subprocess.run(
            [sys.executable, "-m", "backprop_cli", *arguments, *more],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
            env={k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
            | {"PYTHONIOENCODING": "utf-8", "BACKPROP_HOME": str(tmp_path / f"home{len(more)}")},
        )
        assert done.stdout == plain(live)


def test_a_reset_at_a_terminal_goes_on_into_the_lesson() -> None:
    terminal = Terminal("learn", "--reset", "chain-rule")
    terminal.until("The chain rule")
    terminal.until("Press Enter to continue > ")
    terminal.type("quit\r")
    assert terminal.end()[0] == 0
