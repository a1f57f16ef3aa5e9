"""A file is whole or as it was before; what killed runs have left beside it is removed."""

import os
import subprocess
import sys
from pathlib import Path

from backprop_cli.render.export import OLD, write_file


def left(folder: Path, owner: int, age: float) -> Path:
    """What a run of this number has left, so long ago."""
    path = folder / f".f.svg.{owner}-abc.part"
    path.write_text("half")
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - age))
    return path


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    old, new = left(tmp_path, gone.pid, 2 * OLD), tmp_path / ".f.svg.notes"
    own = left(tmp_path, os.getpid(), 2 * OLD)
    new.write_text("somebody's own")
    write_file(str(tmp_path / "f.svg"), ["whole"])
    assert (tmp_path / "f.svg").read_text() == "whole"
    assert not old.exists()
    assert own.exists()
    assert new.exists()


def test_what_may_still_be_written_stays(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    fresh = left(tmp_path, gone.pid, 0)
    write_file(str(tmp_path / "f.svg"), ["whole"])
    assert fresh.exists()
