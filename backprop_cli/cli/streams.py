"""Standard input, output and error: closed by the shell, without UTF-8, or into a closed pipe."""

import contextlib
import io
import os
import sys

import click

from backprop_cli.errors import inert


def prepare_streams() -> None:
    """Open the streams that the shell has closed, as `>&-` does, and let none fail to encode.

    A terminal that cannot show or read a character gets its escape, not an exception.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
        stream = getattr(sys, name)
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")


def as_utf8(argument: str) -> str:
    """An argument as its bytes say in UTF-8, whatever the locale: LC_ALL=C would know no θ.

    Bytes that are no UTF-8 stay the halves of characters as which Python keeps them: they
    may be the name of a file, and a formula that holds them says so.
    """
    with contextlib.suppress(UnicodeError):
        return os.fsencode(argument).decode()
    return argument


def say(text: str) -> None:
    """Write a line to standard error, if it is there."""
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


def say_usage(error: click.ClickException) -> None:
    """Say what was wrong with the options."""
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    command = ctx.command_path if ctx else "backprop"
    say(f"error: {inert(error.format_message()).rstrip('.')}\n  see {command} --help")


def discard_output() -> None:
    """Point standard output away, so that Python's own last flush does not complain."""
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())


class _UntilClosed(io.FileIO):
    """A file that drops what is written to it when nobody reads it any more."""

    def write(self, data: object, /) -> int:
        try:
            return super().write(data)  # type: ignore[arg-type]
        except BrokenPipeError:
            return len(data)  # type: ignore[arg-type]


def ignore_closed_output() -> None:
    """Go on when the reader of standard output has gone: the exit status is a verdict."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        raw = _UntilClosed(sys.stdout.fileno(), "w", closefd=False)
        sys.stdout.flush()
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(raw),
            encoding=sys.stdout.encoding,
            errors="backslashreplace",
            line_buffering=sys.stdout.isatty(),
        )
