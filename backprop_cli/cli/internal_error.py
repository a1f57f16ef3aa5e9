"""What nobody foresaw: a report in a file, without anything that the user typed."""

import platform
import traceback
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType

from backprop_cli.cli.streams import say
from backprop_cli.errors import BackpropError, inert

STATUS = 70
"""The exit status of an internal error, as sysexits.h has it; 1 means that points were lost."""

MAX_FRAMES = 60
"""The most frames of a traceback that are reported."""

_LIBRARIES = ("click", "rich", "numpy", "lark", "platformdirs", "fsrs")


def report_internal_error(error: Exception) -> int:
    """Write a report, say where it is, and return the exit status."""
    text = "\n".join(report_lines(error)) + "\n"
    say("error: this is a mistake of backprop, please report it")
    try:
        from backprop_cli.paths import cache, own_folder
        from backprop_cli.render.export import write_file

        path = str(own_folder(cache()) / "internal-error.txt")
        write_file(path, [text])
    except (BackpropError, OSError):
        say(text)
    else:
        say(f"  what is needed for the report is in {inert(path)}")
    return STATUS


def report_lines(error: BaseException) -> Iterator[str]:
    """Versions, kinds of errors and places in modules; no values, no texts, no paths."""
    yield f"backprop {_version('backprop-cli')}, Python {platform.python_version()}"
    yield f"{platform.system()} {platform.machine()}"
    yield ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield ""
        # Its message may quote a formula, a name or a path: the kind must do.
        yield f"{type(link).__module__}.{type(link).__qualname__}"
        yield from _frames(link.__traceback__)
        link = link.__cause__ or link.__context__


def _frames(trace: TracebackType | None) -> Iterator[str]:
    frames = []
    for frame, line in traceback.walk_tb(trace):
        module = frame.f_globals.get("__name__")
        place = f"{module}, line {line}, {frame.f_code.co_name}" if module else "generated code"
        frames.append(f"  {place}")
    left_out = len(frames) - MAX_FRAMES
    if left_out > 0:
        middle = MAX_FRAMES // 2
        frames[middle:-middle] = [f"  ... {left_out} more"]
    yield from frames


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
