"""Whatever a student leaves, the folder is gone afterwards, and the marker goes on."""

import os
import socket
import tempfile
from pathlib import Path

import pytest
from boxes import ANSWER, ASK, RIGHT, TIGHT, layers

from backprop_cli.sandbox import scratch
from backprop_cli.sandbox.box import open_box
from backprop_cli.sandbox.scratch import Scratch, delete, sweep
from backprop_cli.sandbox.workers import Prepared


def deep(top: Path, depth: int) -> None:
    here = os.open(top, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def test_what_is_deep_closed_odd_or_linked_is_deleted(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "note").write_text("mine")
    top = tmp_path / "top"
    top.mkdir()
    deep(top, 1500)
    (top / ".moved0").mkdir()
    (top / "link").symlink_to(kept)
    (top / "d" / "link").symlink_to(kept)
    os.mkfifo(top / "fifo")
    Path(os.fsdecode(bytes(top) + b"/\xff\xfe")).mkdir()
    with socket.socket(socket.AF_UNIX) as line:
        os.chdir(top)
        line.bind("socket")
        os.chdir("/")
    closed = top / "closed" / "inner"
    closed.mkdir(parents=True)
    (closed / "file").write_text("x")
    closed.chmod(0)
    closed.parent.chmod(0)
    assert delete(top)
    assert not top.exists()
    assert (kept / "note").read_text() == "mine"


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    assert not delete(tmp_path / "link")
    assert (tmp_path / "kept").exists()


def test_a_folder_that_cannot_be_emptied_is_said_and_never_used_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ours = Scratch()
    ours.fresh()
    (ours.folder / "stays").write_text("x")

    def refuse(top: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    with monkeypatch.context() as patch:
        patch.setattr(scratch, "_clear", refuse)
        ours.fresh()
    assert os.listdir(ours.folder) == []
    assert "could not be emptied (Operation not permitted); it is not used again" in caplog.text
    ours.close()
    assert not ours.path.exists()


def test_leftovers_of_killed_runs_are_swept_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    alive = Scratch()
    dead = tmp_path / "backprop-dead"
    dead.mkdir()
    deep(dead, 5)
    dead.chmod(scratch.OURS)
    other = tmp_path / "backprop-notes"
    other.mkdir(0o700)
    sweep()
    assert sorted(tmp_path.iterdir()) == sorted([alive.path, other])
    alive.close()


LEFT = b"""
import os
for place in ('.', '/tmp', '/dev/shm', '/var/tmp'):
    try:
        os.chdir(place)
        for n in range(1200):
            os.mkdir('%s')
            os.chdir('%s')
        os.mkdir('closed', 0)
        open('\\udcff', 'w')
    except OSError: pass
"""


@layers("bubblewrap", "process", "none")
@pytest.mark.parametrize("namespaces", [True, False])
def test_nothing_stays_on_disk_and_the_next_file_is_marked(layer: str, namespaces: bool) -> None:
    if not namespaces and (layer != "process" or os.getuid() != 0):
        pytest.skip("only root's process isolation can do without namespaces")
    name = f"left{os.getpid()}"
    with open_box(layer, TIGHT) as box:
        if not namespaces:
            box.worker.close()
            box.worker = Prepared(layer, TIGHT, namespaces=False)
        source = LEFT.replace(b"%s", name.encode())
        if layer == "none":
            source = source.replace(b", '/tmp', '/dev/shm', '/var/tmp'", b",")
        for _ in range(2):
            box.run(source, [])
            assert box.run(RIGHT, [ASK]).replies[0]["results"] == ANSWER
    for place in ("/tmp", "/dev/shm", "/var/tmp"):
        assert not os.path.exists(f"{place}/{name}")
