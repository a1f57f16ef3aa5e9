"""The file in which a learner writes gates: begun for the learner, and checked when it is saved."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from backprop_cli.errors import BackpropError, inert
from backprop_cli.exercises.marking.result import Mark
from backprop_cli.exercises.model.exercise import CodeGate
from backprop_cli.lessons.asks.code import CodeAsk

MAX_FILE_BYTES = 256 * 1024

POLL_SECONDS = 0.3
"""Between two looks at whether the file was saved."""


class Workbench:
    """One learner's file, and the box in which it runs."""

    def __init__(self, path: str, isolation: str | None = None) -> None:
        self.path = Path(path)
        self.isolation = isolation
        self.checked: tuple[int, int] | None = None
        """When the file that was checked last had been saved, and its size."""
        self._open = ExitStack()
        self._run: Callable[[CodeGate, bytes], Mark] | None = None

    def begin(self, asked: CodeAsk) -> str:
        """See that the class is in the file; what to tell the learner.

        Raises:
            BackpropError: if the file cannot be written.
        """
        name = inert(str(self.path))
        source = self.path.read_text("utf-8", "surrogateescape") if self.path.exists() else ""
        self.checked = self._stamp()
        if f"class {asked.name}" in source:
            return f"The class {asked.name} is in {name}."
        between = "\n\n" if source.strip() else ""
        text = f"{source.rstrip()}\n{between}{asked.starter}".lstrip("\n")
        self.path.write_text(text, "utf-8", "surrogateescape")
        self.checked = self._stamp()
        return f"The class {asked.name} was added to {name}. Mend it there and save the file."

    def source(self, other: str = "") -> str:
        """The content of the file, or of another one.

        Raises:
            BackpropError: if it cannot be read.
        """
        path = Path(other) if other else self.path
        try:
            with path.open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise BackpropError(f"{path}: {error.strerror}") from None
        self.checked = self._stamp()
        return data.decode("utf-8", "surrogateescape")

    def _stamp(self) -> tuple[int, int] | None:
        try:
            state = self.path.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size

    def ask(self, text: str, ask: Callable[[str], str]) -> str:
        """What is typed; an empty line as soon as the file is saved."""
        if not sys.stdin.isatty() or sys.platform == "win32":
            return ask(text)
        from select import select

        sys.stdout.write(text)
        sys.stdout.flush()
        while not select([sys.stdin], [], [], POLL_SECONDS)[0]:
            if self._stamp() not in (None, self.checked):
                sys.stdout.write("saved\n")
                return ""
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")

    def run(self, gate: CodeGate, source: bytes) -> Mark:
        """Check a class of the file, where it can do no harm."""
        if self._run is None:
            from backprop_cli.exercises.code.mark import mark_code
            from backprop_cli.sandbox.box import open_box

            box = self._open.enter_context(open_box(self.isolation))
            self._run = lambda gate, source: mark_code(source, (gate,), box)[0]
        return self._run(gate, source)

    def close(self) -> None:
        """End what runs the code."""
        self._open.close()
