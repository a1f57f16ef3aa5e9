"""Run a session: lines in, lines out, each event written down the moment it happens."""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

from rich.console import Console
from rich.text import Text

from backprop_cli.cli.learning.code_file import Workbench
from backprop_cli.cli.terminal import look_of, show_lines
from backprop_cli.errors import BackpropError, inert
from backprop_cli.inputs.files import decode, opened
from backprop_cli.lessons.asks.code import CodeAsk
from backprop_cli.lessons.model.blocks import Block, Says
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.progress.progress import Book
from backprop_cli.lessons.progress.schedule import PRACTICE
from backprop_cli.lessons.session.navigation import asked_at
from backprop_cli.lessons.session.resume import entry_of
from backprop_cli.lessons.session.session import (
    COMMANDS,
    asked_code,
    begin,
    prompt,
    submitted,
    typed,
)
from backprop_cli.lessons.session.state import Reply, State
from backprop_cli.lessons.views.lesson import lines_of
from backprop_cli.lessons.views.markdown import ascii_of

Ask = Callable[[str, bool], str]
"""Shows a prompt and returns what was typed; raises EOFError at the end.

The second argument is whether there is only something to read, and nothing is asked.
"""

MOST_ANSWERS = 1024 * 1024
"""Bytes of the largest file of answers."""


class Session:
    """One learner at one lesson."""

    def __init__(
        self,
        course: Course,
        book: Book,
        terminal: Console,
        ask: Ask,
        only_ascii: bool,
        bench: Workbench | None = None,
    ) -> None:
        self.course = course
        self.book = book
        self.terminal = terminal
        self.ask = ask
        self.only_ascii = only_ascii
        self.bench = bench
        self.interrupted = False
        self.begun: CodeAsk | None = None
        """The class that was put into the file last."""

    def run(self, state: State) -> State:
        """Go through the lesson until its end, or until the learner leaves."""
        reply = begin(self.course, state)
        self._take(reply)
        while not (reply.state.finished or reply.state.left):
            try:
                line = self._line(reply.state)
            except EOFError:
                sys.stdout.write("\n")
                reply = reply._replace(state=reply.state)
                break
            except KeyboardInterrupt:
                sys.stdout.write("\n")
                self.interrupted = True
                break
            reply = self._answer(reply.state, line)
            self._take(reply)
        if not reply.state.finished:
            self._tell_how_to_go_on()
        return reply.state

    def _line(self, state: State) -> str:
        code = asked_code(self.course, state)
        if code is None or self.bench is None:
            return self.ask(self._prompt(state), asked_at(self.course, state) is None)
        if self.begun != code:
            self._show(Says("note", self.bench.begin(code)))
            self.begun = code
        return self.bench.ask(self._prompt(state), lambda text: self.ask(text, False))

    def _answer(self, state: State, line: str) -> Reply:
        """What follows from a line; where a class is asked, from the file that holds it."""
        wanted = asked_code(self.course, state) is not None and self.bench is not None
        other = line.strip().removeprefix("@") if line.strip().startswith("@") else ""
        if not wanted or (line.strip() and not other):
            return typed(self.course, state, line)
        assert self.bench is not None
        try:
            return submitted(self.course, state, self.bench.source(other))
        except BackpropError as error:
            return Reply(state, (Says("problem", error.report()),))

    def _prompt(self, state: State) -> str:
        look = look_of(self.terminal, 6, self.only_ascii)
        return "\n" + ascii_of(prompt(self.course, state), look)

    def _take(self, reply: Reply) -> None:
        """Write down what happened, then show what follows."""
        state = reply.state
        to = (self.course.step(state.step).name, state.ask)
        for event in reply.events:
            self.book.add(entry_of(event, self.course.lesson, now(), to))
        for block in reply.blocks:
            self._show(block)

    def _show(self, block: Block) -> None:
        # The window may have been resized since the last block.
        self.terminal = fresh_console(self.terminal)
        look = look_of(self.terminal, 6, self.only_ascii)
        show_lines(self.terminal, [Text(), *lines_of(block, look)])
        sys.stdout.flush()

    def _tell_how_to_go_on(self) -> None:
        name = self.course.lesson.name
        again = (
            "practice draws new problems" if name == PRACTICE else f"learn {name} continues here"
        )
        show_lines(self.terminal, [Text(f"backprop {again}.")])


def fresh_console(terminal: Console) -> Console:
    """The console with the width that the window has now."""
    from backprop_cli.cli.terminal import console

    return console() if terminal.is_terminal else terminal


def now() -> str:
    """The time in UTC."""
    import time

    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def live_lines() -> Ask:
    """What is typed at the terminal; what is piped in is shown as if it had been typed."""
    if sys.stdin.isatty():
        return _typed_live

    def echoed(text: str, _only_read: bool) -> str:
        sys.stdout.write(text)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        line = line.rstrip("\n")
        sys.stdout.write(f"{inert(line)}\n")
        return line

    return echoed


def _typed_live(text: str, _only_read: bool) -> str:
    # Imported for its editing of the line: arrows, and what was typed before.
    with suppress(ImportError):
        import readline  # noqa: F401
    return input(text)


def scripted_lines(path: str) -> Ask:
    """The lines of a file, shown as if they had been typed.

    Lines that begin with # are comments. Where there is only something to read, Enter need
    not be written down.
    """
    lines = list(_lines_of(path))

    def next_line(text: str, only_read: bool) -> str:
        sys.stdout.write(text)
        if only_read and not _is_meant_for_reading(lines):
            sys.stdout.write("\n")
            return ""
        if not lines:
            raise EOFError
        line = lines.pop(0)
        sys.stdout.write(f"{inert(line)}\n")
        return line

    return next_line


def _is_meant_for_reading(lines: list[str]) -> bool:
    return bool(lines) and (not lines[0].strip() or lines[0].split()[0].lower() in COMMANDS)


def _lines_of(path: str) -> Iterator[str]:
    if path == "-":
        data = sys.stdin.buffer.read(MOST_ANSWERS + 1)
    else:
        with opened(path, "answers", regular=True) as file:
            data = file.read(MOST_ANSWERS + 1)
    if len(data) > MOST_ANSWERS:
        raise BackpropError(f"{path} is larger than {MOST_ANSWERS // 2**20} MiB")
    for line in decode(data, path).splitlines():
        if not line.startswith("#"):
            yield line
