"""Many processes give what one gives: in order, few chunks at a time, through kills."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import chores
import pytest
from class_of import EXERCISE, has_rows, lines

from backprop_cli.batch.workers import workers
from backprop_cli.errors import BackpropError


def test_results_come_in_order_from_several_processes() -> None:
    with workers(2) as who:
        found = list(who.map(chores.double, range(40)))
    assert [doubled for doubled, _ in found] == [2 * n for n in range(40)]
    assert os.getpid() not in {pid for _, pid in found}


def test_few_chunks_are_read_ahead() -> None:
    read: list[int] = []

    def chunks() -> Iterator[int]:
        for n in range(1000):
            read.append(n)
            yield n

    with workers(2) as who:
        results = who.map(chores.double, chunks())
        for n in range(100):
            assert next(results)[0] == 2 * n
            assert len(read) - n <= 6


def test_what_a_killed_process_was_doing_is_done_again(tmp_path: Path) -> None:
    with workers(2) as who:
        done = list(who.map(partial(chores.die_once, str(tmp_path / "died")), range(30)))
    assert done == list(range(30))
    assert (tmp_path / "died").exists()


def test_what_kills_every_process_is_given_up() -> None:
    with pytest.raises(BackpropError, match="killed 3 times in a row"), workers(2) as who:
        list(who.map(chores.die, range(5)))


def test_a_fault_is_not_tried_again_nor_hidden() -> None:
    with pytest.raises(ValueError, match="a bug"), workers(2) as who:
        list(who.map(chores.fail, range(5)))


def test_nobody_is_waited_for_when_it_is_over() -> None:
    before = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        _interrupted()
    for child in multiprocessing.active_children():
        child.join(20)
    assert not multiprocessing.active_children()
    assert time.monotonic() - before < 300


def _interrupted() -> None:
    with workers(2) as who:
        results = who.map(chores.wait, range(5))
        here = threading.get_ident()
        timer = threading.Timer(1.5, signal.pthread_kill, [here, signal.SIGINT])
        timer.start()
        next(results)


def grade(folder: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "backprop_cli", "grade", "chain.toml", "class.jsonl", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, stdout=pipe, stderr=pipe, encoding="utf-8")


def class_in(folder: Path, count: int) -> None:
    (folder / "chain.toml").write_text(EXERCISE, encoding="utf-8")
    (folder / "class.jsonl").write_text("\n".join(lines(count)), encoding="utf-8")


@pytest.mark.parametrize("options", [(), ("--format", "json"), ("--format", "junit")])
def test_two_processes_say_what_one_says(tmp_path: Path, options: tuple[str, ...]) -> None:
    class_in(tmp_path, 2500)
    one, two = (grade(tmp_path, *options, "--jobs", jobs).communicate() for jobs in "12")
    assert one == two
    assert len(one[0]) > 10_000


def test_two_processes_store_what_one_stores(tmp_path: Path) -> None:
    class_in(tmp_path, 4500)
    for jobs in "12":
        _, said = grade(tmp_path, "--jobs", jobs, "--gradebook", f"{jobs}.db").communicate()
        assert said == ""
    assert (tmp_path / "1.db").read_bytes() == (tmp_path / "2.db").read_bytes()


def children(pid: int) -> set[int]:
    listed = [task.read_text("ascii") for task in Path(f"/proc/{pid}/task").glob("*/children")]
    return set(map(int, " ".join(listed).split()))


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_processes_do_not_outlive_the_command(tmp_path: Path) -> None:
    class_in(tmp_path, 30_000)
    command = grade(tmp_path, "--jobs", "2", "--gradebook", "class.db")
    deadline = time.monotonic() + 60
    while not has_rows(tmp_path / "class.db") and time.monotonic() < deadline:
        time.sleep(0.02)
    started = children(command.pid)
    command.kill()
    command.communicate()
    assert len(started) >= 2
    while any(map(alive, started)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, started))


@pytest.mark.skipif(sys.platform == "win32", reason="another Ctrl-C")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_says_what_is_stored(tmp_path: Path, jobs: str) -> None:
    class_in(tmp_path, 30_000)
    pipe = subprocess.PIPE
    command = subprocess.Popen(
        [sys.executable, "-m", "backprop_cli", "grade", "chain.toml", "class.jsonl",
         "--gradebook", "class.db", "--jobs", jobs],
        cwd=tmp_path, stdout=pipe, stderr=pipe, encoding="utf-8", start_new_session=True,
    )  # fmt: skip
    while not has_rows(tmp_path / "class.db"):
        time.sleep(0.02)
    os.killpg(command.pid, signal.SIGINT)
    out, said = command.communicate(timeout=60)
    assert command.returncode == 130
    assert out == ""
    assert said.startswith("stopped: ")
    assert said.count("\n") == 1
    count = int(said.split()[1].replace(",", ""))
    from backprop_cli.gradebook.store import Gradebook

    with Gradebook.open(str(tmp_path / "class.db")) as book:
        ((found,),) = book.sql.execute("SELECT count(*) FROM submission")
    assert 0 < found == count < 30_000
