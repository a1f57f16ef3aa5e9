"""A machine that fails ends the command with status 2 and no mark; a signal, as Ctrl-C does."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from boxes import layers
from from_outside import below, runs, start

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
GATES = str(EXAMPLES / "exercises" / "code-gates.toml")
RIGHT = str(EXAMPLES / "code-gates" / "ada")


@layers("bubblewrap", "process")
@pytest.mark.parametrize("descriptors", [7, 11, 13, 15, 17])
def test_few_descriptors_give_all_points_or_no_mark(
    tmp_path: Path, layer: str, descriptors: int
) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    grade = start(tmp_path, "grade", GATES, RIGHT, "--isolation", layer, limit=limit)
    out, said = grade.communicate(timeout=120)
    if grade.returncode == 0:
        assert "12 of 12" in out
    else:
        assert grade.returncode == 2, said
        assert out == ""
        assert "cannot be run here" in said


KILLS = """\
import os, signal, sys
from backprop_cli.cli.main import run
from backprop_cli.sandbox.workers import Prepared
from from_outside import below
begin = Prepared.begin
def begin_and_kill(worker, memory):
    before = set(below(worker.process.pid))
    found = begin(worker, memory)
    # A run waits for the file, which is sent when this returns: its guard, then the runner.
    while len(new := [pid for pid in below(worker.process.pid) if pid not in before]) < 2:
        pass
    os.kill(new[-1], signal.SIGKILL)
    return found
Prepared.begin = begin_and_kill
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux")
@layers("bubblewrap", "process")
def test_where_every_run_is_killed_there_is_no_mark(tmp_path: Path, layer: str) -> None:
    """As the kernel does where memory runs out."""
    options = ["--isolation", layer, "--gradebook", "b.db"]
    done = subprocess.run(
        [sys.executable, "-c", KILLS, "grade", GATES, RIGHT, *options],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "a right file ended with 'killed'" in done.stderr
    shown = start(tmp_path, "gradebook", "b.db")
    assert " ada " not in shown.communicate(timeout=60)[0]


SLEEPS = "import time\ntime.sleep(15)\n"


@layers("bubblewrap", "process", "none")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_leaves_nothing_behind(tmp_path: Path, layer: str, number: int) -> None:
    for student in ("ada", "bob"):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / "gates.py").write_text(SLEEPS)
    jobs = "2" if number == signal.SIGTERM else "1"
    options = ["--isolation", layer, "--jobs", jobs, "--gradebook", "b.db"]
    grade = start(tmp_path, "grade", GATES, "class", *options)
    begun = {"bubblewrap": 3, "process": 2, "none": 1}[layer] + (number == signal.SIGTERM)
    deadline = time.monotonic() + 60
    while len(below(grade.pid)) < begun and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    started = below(grade.pid)
    grade.send_signal(number)
    _, said = grade.communicate(timeout=60)
    assert grade.returncode == 128 + number
    assert "0 submissions stored in b.db; run the same command to continue" in said
    assert list((tmp_path / "tmp").iterdir()) == []
    deadline = time.monotonic() + 30
    while any(runs(pid) for pid in started) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in started if runs(pid)]


def test_output_that_has_no_room_is_said(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "backprop_cli", "gates"],
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "error: what is shown could not be written: No space left on device\n"


def test_progress_that_has_no_room_is_said_and_what_was_saved_stays(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("\n" + "99\n" * 40)
    first = start(tmp_path, "learn", "computation-graphs", "--answers", "answers")
    first.communicate(timeout=60)
    path = tmp_path / "home" / "progress.jsonl"
    whole = path.read_bytes()

    def limit() -> None:
        most = len(whole) + 200
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    learn = start(tmp_path, "learn", "computation-graphs", "--answers", "answers", limit=limit)
    _, said = learn.communicate(timeout=60)
    assert learn.returncode == 2
    assert said == (
        f"error: {path} cannot be written: File too large\n"
        "  what you did last is not saved; all before it is\n"
    )
    kept = path.read_bytes()
    assert kept.startswith(whole)
    assert kept.endswith(b"\n")
    assert len(kept) > len(whole)
