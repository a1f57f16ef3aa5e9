"""Work for other processes: they find it by its name."""

import os
import time
from pathlib import Path


def double(chunk: int) -> tuple[int, int]:
    return 2 * chunk, os.getpid()


def die_once(path: str, chunk: int) -> int:
    """Kill the own process at the first call that sees the chunk 3."""
    if chunk == 3 and not Path(path).exists():
        Path(path).touch()
        os.kill(os.getpid(), 9)
    return chunk


def die(chunk: int) -> None:
    os._exit(1)


def fail(chunk: int) -> None:
    raise ValueError("a bug")


class Trap:
    """What leaves a mark wherever it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> object:
        return os.mkdir, (self.path,)


def trap(path: str, chunk: int) -> object:
    return Trap(path)


def wait(chunk: int) -> None:
    time.sleep(600)
