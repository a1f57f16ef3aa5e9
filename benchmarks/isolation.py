"""What does it cost to run a student's file behind the wall, next to a child that does nothing?"""

import os
import resource
import subprocess

import numpy as np
from common import Table, at_most, in_turn, show

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.code.mark import mark_code
from backprop_cli.exercises.model.exercise import CodeGate
from backprop_cli.sandbox import backends
from backprop_cli.sandbox.box import Box, open_box
from backprop_cli.sandbox.inside import confine
from backprop_cli.sandbox.workers import FreshWorker

NOTE = """\
Milliseconds of one file. The floor is a process with NumPy loaded that forks a child into
namespaces of its own (user, mounts, processes, IPC, host name, network), which forks once more to
be process 1 there, with limits, and ends: the least that keeps two files apart. "Marked" is a mul
gate with all checks, some thirty requests. Below, for comparison, what it would cost to start
bubblewrap and Python for each file."""

HEAD = ("child", "ms", "ratio to floor", "bound")

SOURCE = b"""
import numpy as np
class MultiplyGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y
    def backward(self, dz):
        return [dz * self.y, dz * self.x]
"""
ASKED = [CodeGate("MultiplyGate", "mul", 7)]


def table(most: int = 1_000_000) -> Table:
    try:
        with open_box("bubblewrap") as box, open_box("process") as process:
            return _table(box, process)
    except BackpropError as error:
        return Table(HEAD, [(error.message, "", "", "")])


def _table(box: Box, process: Box) -> Table:
    slow = Box("bubblewrap", box.limits)
    slow.worker.close()
    slow.worker = FreshWorker("bubblewrap", box.limits)
    bare = backends.bubblewrap(
        [os.path.realpath(backends.sys.executable), "-I", "-S", "-c", ""], False, 2**20
    )
    sides = {
        "fork, namespaces, limits, end (floor)": _isolated_child,
        "an empty file, in bubblewrap": lambda: box.run(b"", []),
        "a gate marked, in bubblewrap": lambda: mark_code(SOURCE, ASKED, box),
        "a gate marked, in process": lambda: mark_code(SOURCE, ASKED, process),
        "a new bubblewrap and Python": lambda: subprocess.run(bare, check=True),
        "a new bubblewrap, Python and NumPy; a gate marked": lambda: mark_code(SOURCE, ASKED, slow),
    }
    for side in sides.values():
        side()
    times = in_turn(list(sides.values()), rounds=25)
    floor = times[0]
    bounds = {"an empty file, in bubblewrap": 2.0, "a gate marked, in bubblewrap": 3.0}
    rows = []
    for name, seconds in zip(sides, times, strict=True):
        ratio = seconds / floor
        cells = at_most(ratio, bounds[name]) if name in bounds else (f"{ratio:.2f}", "")
        rows.append((name, f"{seconds * 1e3:.1f}", *cells))
    slow.close()
    return Table(HEAD, rows)


def _isolated_child() -> None:
    """Fork a child into new namespaces, with limits, which ends at once."""
    assert np.pi, "NumPy is loaded, as in the process that we fork from"
    moved, may_go = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        confine.leave_namespaces()
        os.write(moved[1], b".")
        os.read(may_go[0], 1)
        confine.become(confine.NOBODY, forget_groups=os.getuid() == 0)
        inner = os.fork()
        if inner == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
            os._exit(0)
        os.waitpid(inner, 0)
        os._exit(0)
    os.read(moved[0], 1)
    confine.write_maps(pid, confine.NOBODY)
    os.write(may_go[1], b".")
    os.waitpid(pid, 0)
    for descriptor in (*moved, *may_go):
        os.close(descriptor)


if __name__ == "__main__":
    show(table)
