"""Work for other processes: they find it by its name."""

import os
import pickle
import time
from importlib import import_module
from pathlib import Path
from typing import Any


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


class Trap(Exception):
    """What leaves a mark wherever it is unpickled: a file with the number of the process."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return mark, (self.path,)


def mark(path: str) -> Exception:
    Path(path, str(os.getpid())).touch()
    return Exception("unpacked")


def trap(path: str, chunk: int) -> object:
    return Trap(path)


def fall_into_trap(path: str, chunk: int) -> None:
    raise Trap(path)


def trap_the_type(path: str, chunk: int) -> object:
    """Answer with bytes, and with a trap where their type should be."""
    serialize = import_module("distributed.protocol.serialize")
    kept = serialize.dask_dumps

    def dumps(value: Any, context: Any = None) -> Any:
        header, frames = kept(value, context)
        return header | {"type-serialized": pickle.dumps(Trap(path))}, frames

    serialize.register_serialization_family("dask", dumps, serialize.dask_loads)
    return b"data"


def wait(chunk: int) -> None:
    time.sleep(600)
