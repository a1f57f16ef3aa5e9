"""How fast do scalar circuits run forwards and backwards, against micrograd?"""

import gc
from math import isclose

from circuits import INPUTS, SHAPES, Gate, graph, program, run_micrograd
from common import Table, at_least, in_turn, show

from backprop_cli.autodiff.backward import run
from backprop_cli.graph.graph import Graph

NOTE = """\
Nanoseconds a gate, forwards and backwards. We parse and build a circuit once ("built") and then
run it for as many inputs as we like ("ours"); micrograd has no such division and builds its
objects in every run. Its `backward` recurses and breaks at a depth of 995; here it has a stack
instead, at the same speed. The garbage collector is on, and sees of each side only what that
side makes."""

HEAD = ("circuit", "gates", "built", "ours", "micrograd", "micrograd / ours", "bound")
SIZES = (100, 10_000, 1_000_000)


def table(most: int = 1_000_000) -> Table:
    names = [(name, size) for name in SHAPES for size in SIZES if size <= most]
    return Table(HEAD, [_row(name, size) for name, size in names])


def _row(name: str, size: int) -> tuple[str, ...]:
    gates = SHAPES[name](size)
    source = program(gates)
    (building,) = in_turn([lambda: graph(source)], rounds=1)
    ours, theirs = _passes(gates, graph(source))
    speeds = [f"{seconds / size * 1e9:,.0f}" for seconds in (building, ours, theirs)]
    return (name, f"{size:,}", *speeds, *at_least(theirs / ours, 5))


def _passes(gates: list[Gate], ours: Graph) -> list[float]:
    """Seconds of both passes, ours and micrograd's, once both are seen to agree."""
    _agree(gates, ours)
    gc.collect()
    gc.freeze()
    calls = max(1, 20_000 // len(gates))
    sides = (lambda: run(ours, INPUTS), lambda: run_micrograd(gates))
    times = in_turn(sides, rounds=5 if len(gates) < 500_000 else 1, calls=calls)
    gc.unfreeze()
    return times


def _agree(gates: list[Gate], ours: Graph) -> None:
    _, gradients = run(ours, INPUTS)
    theirs = run_micrograd(gates)[: len(INPUTS)]
    for name, value in zip(INPUTS, theirs, strict=True):
        mine = gradients[ours.inputs[name]] if name in ours.inputs else None
        if not isclose(mine or 0, value.grad, rel_tol=1e-9):
            raise AssertionError(f"∂f/∂{name}: {mine} and {value.grad}")


if __name__ == "__main__":
    show(table)
