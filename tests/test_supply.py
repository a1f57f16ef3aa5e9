"""What is installed is named: with hashes for CI, and as advice for users."""

import gzip
import io
import re
import tarfile
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK, CONSTRAINTS, LOWEST = ".ci/requirements.lock", "constraints.txt", "tests/lowest.txt"
IN_CI = ("ci", "test", "lint", "bench", "cluster", "docs", "draw", "notebook")
FOR_USERS = ("cluster", "draw", "notebook")
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", re.MULTILINE)
REQUIREMENT = re.compile(r"([\w.-]+)(?:\[[\w,-]+\])?(?:>=([\d.]+))?$")


def pins(name: str) -> dict[str, list[str]]:
    """Package -> its versions: there may be one for each Python."""
    found: dict[str, list[str]] = {}
    for package, version in PIN.findall((ROOT / name).read_text("utf-8")):
        found.setdefault(package.lower().replace("_", "-"), []).append(version)
    return found


def required(*extras: str) -> dict[str, str]:
    """Package -> the lowest version that will do."""
    extra = PROJECT["optional-dependencies"]
    texts = [*PROJECT["dependencies"], *(text for name in extras for text in extra[name])]
    matches = [REQUIREMENT.match(text) for text in texts]
    return {m[1].lower(): m[2] or "0" for m in matches if m and m[1] != PROJECT["name"]}


def number(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


@pytest.mark.parametrize(("name", "extras"), [(LOCK, IN_CI), (CONSTRAINTS, FOR_USERS)])
def test_every_requirement_has_a_version(name: str, extras: tuple[str, ...]) -> None:
    known = pins(name)
    for package, lowest in required(*extras).items():
        assert package in known, f"{package} is not in {name}: run bash .ci/lock"
        for version in known[package]:
            assert number(version) >= number(lowest), f"{package} in {name}: run bash .ci/lock"


def test_the_lowest_versions_are_those_that_are_promised() -> None:
    lowest = {package: number(version[0]) for package, version in pins(LOWEST).items()}
    promised = required("test", *FOR_USERS)
    assert lowest.keys() == promised.keys()
    for package, version in promised.items():
        assert lowest[package][: len(number(version))] == number(version)


def test_every_version_of_the_lock_has_hashes() -> None:
    text = (ROOT / LOCK).read_text("utf-8")
    blocks = re.split(r"\n(?=[a-z])", text.partition("\n\n")[0])
    assert sum("==" in block for block in blocks) == len(PIN.findall(text))
    for block in blocks:
        assert block.startswith("#") or "--hash=sha256:" in block


@pytest.mark.parametrize("name", [LOCK, CONSTRAINTS])
def test_no_host_is_named(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"://|index-url|find-links|\bfile:", text)


def repack() -> Any:
    spec = spec_from_file_location("repack", ROOT / ".ci" / "repack.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def archive(time: int, owner: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for name in ("b", "a") if time % 2 else ("a", "b"):
            member = tarfile.TarInfo(f"p/{name}")
            member.size, member.mtime, member.uname = 3, time, owner
            tar.addfile(member, io.BytesIO(name.encode() * 3))
    return file.getvalue()


def test_source_archives_do_not_say_when_and_by_whom_they_were_packed() -> None:
    first, second = archive(1_000_001, "ada"), archive(2_000_000, "bob")
    assert first != second
    packed = [repack().repacked(data, 1_700_000_000) for data in (first, second)]
    assert packed[0] == packed[1]
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed[0]))) as tar:
        assert tar.getnames() == ["p/a", "p/b"]
        assert {member.mtime for member in tar} == {1_700_000_000}
