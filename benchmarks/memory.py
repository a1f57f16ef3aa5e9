"""How much memory does a scalar circuit take, against micrograd?"""

import tracemalloc
from collections.abc import Callable
from typing import Any

from circuits import INPUTS, SHAPES, graph, program, run_micrograd
from common import Table, at_most, show

from backprop_cli.autodiff.backward import run

NOTE = """\
Bytes a gate that are kept after one run: of ours the graph with its source, both tapes, values
and gradients; of micrograd its objects."""

HEAD = ("circuit", "gates", "ours", "micrograd", "ours / micrograd", "bound")


def table(most: int = 1_000_000) -> Table:
    return Table(HEAD, [_row(name, min(most, 20_000)) for name in SHAPES])


def _row(name: str, size: int) -> tuple[str, ...]:
    gates = SHAPES[name](size)
    source = program(gates)

    def ours() -> Any:
        built = graph(source)
        return built, run(built, INPUTS)

    mine, theirs = _kept(ours) / size, _kept(lambda: run_micrograd(gates)) / size
    return (name, f"{size:,}", f"{mine:.0f}", f"{theirs:.0f}", *at_most(mine / theirs, 1))


def _kept(work: Callable[[], Any]) -> int:
    """Bytes that live on in the result of `work`."""
    tracemalloc.start()
    result = work()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return size


if __name__ == "__main__":
    show(table)
