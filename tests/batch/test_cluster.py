"""A real Dask cluster on this machine; it is skipped where `distributed` is not installed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import chores
import needs
import pytest
from class_of import EXERCISE, has_rows, lines

from backprop_cli.batch import cluster as module
from backprop_cli.batch.workers import workers
from backprop_cli.errors import BackpropError

pytestmark = [needs.module("distributed"), pytest.mark.filterwarnings("ignore")]

TESTS = Path(chores.__file__).parent


def dask(*arguments: str) -> "subprocess.Popen[bytes]":
    code = "import sys; from dask.__main__ import main; sys.exit(main())"
    paths = os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | {"PYTHONPATH": paths, "DASK_DISTRIBUTED__COMM__RETRY__COUNT": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


class Cluster:
    """A scheduler and two workers, each a process that can be killed."""

    def __init__(self, folder: Path, protocol: str = "tcp") -> None:
        file = folder / "scheduler.json"
        host = "127.0.0.1" if protocol == "tcp" else f"{protocol}://127.0.0.1"
        options = ("--host", host, "--port", "0", "--no-dashboard")
        self.processes = [dask("scheduler", *options, "--scheduler-file", str(file))]
        deadline = time.monotonic() + 60
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]
        self.workers = [self.worker(folder, n) for n in range(2)]

    def worker(self, folder: Path, number: int) -> "subprocess.Popen[bytes]":
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
        local = ("--local-directory", str(folder / f"worker{number}"))
        child = dask("worker", self.address, *options, *local)
        self.processes.append(child)
        return child

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    import distributed

    found = Cluster(tmp_path)
    with distributed.Client(found.address) as client:
        client.wait_for_workers(2, timeout=60)
    yield found
    found.stop()


@pytest.fixture
def graded(tmp_path: Path) -> Callable[..., Any]:
    (tmp_path / "chain.toml").write_text(EXERCISE, encoding="utf-8")
    (tmp_path / "class.jsonl").write_text("\n".join(lines(12_000)), encoding="utf-8")

    def run(*options: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "backprop_cli", "grade", "chain.toml", "class.jsonl"]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [*command, *options], cwd=tmp_path, stdout=pipe, stderr=pipe, encoding="utf-8"
        )

    return run


@pytest.mark.slow
def test_a_cluster_stores_what_this_machine_stores_though_a_worker_is_killed(
    tmp_path: Path, cluster: Cluster, graded: Callable[..., Any]
) -> None:
    _, said = graded("--gradebook", "here.db").communicate()
    assert said == ""
    command = graded("--gradebook", "there.db", "--cluster", cluster.address)
    there = tmp_path / "there.db"
    while not has_rows(there) and command.poll() is None:
        time.sleep(0.01)
    midway = command.poll() is None
    cluster.workers[0].kill()
    _, said = command.communicate(timeout=240)
    assert said == ""
    assert midway, "it was done before the worker was killed"
    assert there.read_bytes() == (tmp_path / "here.db").read_bytes()


def test_a_chunk_whose_worker_died_is_done_by_another(tmp_path: Path, cluster: Cluster) -> None:
    with workers(1, cluster.address) as who:
        done = list(who.map(partial(chores.die_once, str(tmp_path / "died")), range(20)))
    assert done == list(range(20))
    assert (tmp_path / "died").exists()


def test_faults_come_back_by_their_name(cluster: Cluster) -> None:
    failed = pytest.raises(BackpropError, match=r"has failed \(ValueError\)")
    with failed, workers(1, cluster.address) as who:
        list(who.map(chores.fail, range(3)))


@pytest.mark.parametrize("chore", [chores.trap, chores.fall_into_trap, chores.trap_the_type])
def test_nothing_that_a_worker_sends_is_run_here(
    tmp_path: Path, cluster: Cluster, chore: Callable[[str, int], object]
) -> None:
    executor = module.Cluster(cluster.address)
    future = executor.submit(chore, str(tmp_path), 1)
    with pytest.raises((BackpropError, TypeError, TimeoutError)):
        future.result(timeout=5)
    executor.shutdown(cancel_futures=True)
    assert not (tmp_path / str(os.getpid())).exists()


CERTIFICATE = [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=localhost",
]
CERTIFICATE += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]


@needs.program("openssl")
def test_the_tls_that_dask_is_told_of_is_used(
    tmp_path: Path, graded: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["openssl", *CERTIFICATE], cwd=tmp_path, check=True, capture_output=True)
    tls = "DASK_DISTRIBUTED__COMM__TLS__"
    files = {"CA_FILE": "cert.pem"}
    for who in ("CLIENT", "SCHEDULER", "WORKER"):
        files |= {f"{who}__KEY": "key.pem", f"{who}__CERT": "cert.pem"}
    for name, file in files.items():
        monkeypatch.setenv(tls + name, str(tmp_path / file))
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION", "True")
    cluster = Cluster(tmp_path, protocol="tls")
    try:
        assert cluster.address.startswith("tls://")
        out, said = graded("--cluster", cluster.address).communicate(timeout=240)
        assert said == ""
        assert "12,000 submissions" in out
    finally:
        cluster.stop()


def test_a_lost_cluster_is_said(cluster: Cluster) -> None:
    with pytest.raises(BackpropError, match=r"was lost|were killed"):
        _lose(cluster)


def _lose(cluster: Cluster) -> None:
    with workers(1, cluster.address) as who:
        results = who.map(chores.double, range(100_000))
        next(results)
        cluster.stop()
        for _ in results:
            pass


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x:1", "tcp://", "x", ""])
def test_nobody_there_is_said(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 2)
    with pytest.raises(BackpropError, match="no cluster answers at"):
        workers(1, address)
