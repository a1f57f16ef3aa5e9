"""Folders and archives, of which nobody knows who made them."""

import contextlib
import io
import os
import struct
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.batch.submissions.parse import parse
from backprop_cli.batch.submissions.source import SubmissionSource
from backprop_cli.batch.submissions.submission import MAX_BYTES, Submission, UnreadableSubmission
from backprop_cli.errors import BackpropError

ADA = b"[answers]\nf = 1\n"
CODE = b"class MultiplyGate: pass\n"

CLASS = {
    "ada.toml": ADA,
    "bob.json": b'{"student": "Bob B.", "answers": {"f": 2}}',
    "cy/answers.toml": ADA,
    "cy/gates.py": CODE,
    "cy/b.py": b"# more",
    "cy/notes.txt": b"hello",
    "dan.py": CODE,
    "eve/x.py": CODE,
    "fay/src/x.py": CODE,
    "gil/a.toml": ADA,
    "gil/b.json": ADA,
    "hal.pdf": b"%PDF",
    "ida.toml": b"[answers",
    "jim.csv": b"student,f\n",
    ".DS_Store": b"",
    "__MACOSX/ada.toml": b"",
}

EXPECTED = [
    ("ada", {"f": 1}, None, ()),
    ("Bob B.", {"f": 2}, None, ()),
    ("cy", {"f": 1}, b"# more\n" + CODE, ("notes.txt was not read",)),
    ("dan", {}, CODE, ()),
    ("eve", {}, CODE, ()),
    ("fay", "it has neither a file of answers (.toml, .json) nor code (.py)"),
    ("gil", "it has more than one file of answers: a.toml and b.json"),
    ("hal", "it is a .pdf, not .toml, .json or .py"),
    ("ida", "it is not TOML"),
    ("jim", "a .csv file stands for a class: give it by itself"),
]


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def archive(path: Path, files: dict[str, bytes], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data, **options)
    return path


def read(path: Path, **options: str) -> list[Submission | UnreadableSubmission]:
    return [parse(raw) for raw in SubmissionSource([str(path)], **options)]


def told(found: list[Submission | UnreadableSubmission]) -> list[tuple[Any, ...]]:
    return [
        (r.student, r.answers, r.code, r.problems)
        if isinstance(r, Submission)
        else (r.student, r.reason[: r.reason.find(":") if "TOML" in r.reason else None])
        for r in found
    ]


def test_a_folder_is_a_class_by_name(tmp_path: Path) -> None:
    write(tmp_path / "class", CLASS)
    found = read(tmp_path / "class")
    assert told(found) == EXPECTED
    assert found[0].source == "class/ada.toml"


@pytest.mark.parametrize("wrapper", ["", "homework 1/", "./"])
def test_an_archive_is_the_folder_that_was_packed(tmp_path: Path, wrapper: str) -> None:
    write(tmp_path / "class", CLASS)
    names = [*sorted(CLASS, reverse=True)]
    path = archive(tmp_path / "class.zip", {wrapper + name: CLASS[name] for name in names})
    assert told(read(path)) == EXPECTED
    assert [r.digest for r in read(path)] == [r.digest for r in read(tmp_path / "class")]


@pytest.mark.parametrize(
    ("files", "students"),
    [
        ({"answers.toml": ADA, "x.py": CODE}, ["ada"]),
        ({"gates.py": CODE}, ["ada"]),
        ({"gates.py": CODE, "readme.txt": b""}, ["ada"]),
        ({"bob.toml": ADA}, ["bob"]),
        ({"bob.py": CODE, "cy.py": CODE}, ["bob", "cy"]),
        ({"bob.py": CODE, "cy/gates.py": CODE}, ["bob", "cy"]),
    ],
)
def test_a_folder_of_one_student_is_told_from_a_class(
    tmp_path: Path, files: dict[str, bytes], students: list[str]
) -> None:
    write(tmp_path / "ada", files)
    assert [r.student for r in read(tmp_path / "ada")] == students
    assert SubmissionSource([str(tmp_path / "ada")]).is_one() is (len(students) == 1)
    assert len(read(tmp_path / "ada", student="me")) == 1
    for wrapper in ("", "ada/"):
        path = archive(tmp_path / "ada.zip", {wrapper + name: data for name, data in files.items()})
        assert [r.student for r in read(path)] == students


def test_one_file_is_one_submission(tmp_path: Path) -> None:
    write(tmp_path, {"ada.toml": ADA, "bob.py": CODE})
    assert told(read(tmp_path / "ada.toml")) == EXPECTED[:1]
    assert SubmissionSource([str(tmp_path / "bob.py")]).is_one()
    assert not SubmissionSource([str(tmp_path / "ada.toml"), str(tmp_path / "bob.py")]).is_one()


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes")
def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "key.toml"
    secret.write_bytes(ADA)
    folder = tmp_path / "class"
    write(folder, {"zed.toml": ADA})
    (folder / "ada.toml").symlink_to(secret)
    (folder / "bob").symlink_to(tmp_path)
    os.mkfifo(folder / "cy.toml")
    (folder / "dan").mkdir()
    (folder / "dan" / "answers.toml").symlink_to(secret)
    found = read(folder)
    assert [r.student for r in found if isinstance(r, Submission)] == ["zed"]
    reasons = [r.reason for r in found if isinstance(r, UnreadableSubmission)]
    assert sum("symbolic link" in reason for reason in reasons) >= 2
    assert "it is not a regular file" in reasons


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="such names are not allowed")
def test_any_name_of_a_file_is_inert(tmp_path: Path) -> None:
    name = b"a\x1b[2Jd\xff\n.toml"
    with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:
        file.write(ADA)
    (found,) = read(tmp_path)
    assert isinstance(found, Submission)
    assert "\x1b" not in found.source
    assert "\n" not in found.source
    assert found.student.encode()


def test_large_files_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "class", {"ada.toml": b"#" * (MAX_BYTES + 1), "bob.toml": ADA})
    assert told(read(tmp_path / "class"))[0] == ("ada", "it is larger than 1 MiB")


def test_too_many_files_of_one_student_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "class", {f"ada/{n}.py": b"" for n in range(101)} | {"bob.toml": ADA})
    assert told(read(tmp_path / "class"))[0] == ("ada", "it has more than 100 files")


def test_what_is_missing_or_of_another_kind_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"x.exe": b"", "x.zip": b"", "y.zip": b"PK\5\6", "z.csv/a": b""})
    for name, message in [
        ("none", "there is no file"),
        ("none.toml", "there is no file"),
        ("none.zip", "there is no file"),
        ("none.csv", "there is no file"),
        ("x.exe", "submissions are read from"),
        ("x.zip", "is not a .zip, or it is damaged"),
        ("y.zip", "is not a .zip, or it is damaged"),
    ]:
        with pytest.raises(BackpropError, match=message):
            read(tmp_path / name)


def link(name: str) -> zipfile.ZipInfo:
    item = zipfile.ZipInfo(name)
    item.external_attr = 0o120777 << 16
    return item


HOSTILE: list[tuple[Any, bytes, str]] = [
    ("../eve.toml", ADA, "its path leads out of the archive"),
    ("/etc/eve.toml", ADA, "its path leads out of the archive"),
    ("a/../../eve.toml", ADA, "its path leads out of the archive"),
    ("..\\eve.toml", ADA, "its path leads out of the archive"),
    (link("eve.toml"), b"/etc/passwd", "it is a symbolic link, which is not followed"),
    ("eve.toml", b"\0" * (MAX_BYTES + 1), "it is larger than 1 MiB"),
    ("eve.zip", b"PK", "a .zip file stands for a class: give it by itself"),
]


@pytest.mark.parametrize(("item", "data", "reason"), HOSTILE)
def test_hostile_files_of_an_archive_spoil_themselves_only(
    tmp_path: Path, item: Any, data: bytes, reason: str
) -> None:
    path = archive(tmp_path / "x.zip", {"ada.toml": ADA, item: data, "zed.toml": ADA})
    found = read(path)
    assert sorted(r.student for r in found if isinstance(r, Submission)) == ["ada", "zed"]
    assert [r.reason for r in found if isinstance(r, UnreadableSubmission)] == [reason]
    assert [p.name for p in tmp_path.iterdir()] == ["x.zip"]


def test_a_lying_or_encrypted_file_spoils_itself_only(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", {"ada.toml": ADA, "zed.toml": b"a" * 5000})
    whole = path.read_bytes()
    place = whole.rindex(b"PK\x01\x02")
    for offset, value, reason in [
        (8, 1, "it is encrypted"),
        (10, 12, "it is packed in a way that is not read"),
        (10, 99, "it is packed in a way that is not read"),
        (16, 7, "it is damaged"),
        (24, 3, "it is damaged"),
        (42, 9, "it is damaged"),
    ]:
        lying = bytearray(whole)
        lying[place + offset : place + offset + 2] = struct.pack("<H", value)
        path.write_bytes(lying)
        found = read(path)
        assert [r.student for r in found] == ["ada", "zed"]
        # A newer Python reads nothing of an archive in which two files overlap.
        assert isinstance(found[0], Submission) or offset == 42
        assert isinstance(found[1], UnreadableSubmission), offset
        assert reason in found[1].reason


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from backprop_cli.batch.submissions import archive as module

    path = archive(tmp_path / "x.zip", {f"{n}.toml": b"\0" * 1000 for n in range(100)})
    monkeypatch.setattr(module, "MAX_UNPACKED", 50_000)
    with pytest.raises(BackpropError, match="unpacks to more than"):
        read(path)
    monkeypatch.setattr(module, "MAX_DIRECTORY", 3000)
    with pytest.raises(BackpropError, match="it holds too many files"):
        read(path)


def test_a_file_that_is_there_twice_is_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        for name in ("ada.toml", "adb.toml", "bob/answers.toml", "bob/answert.toml", "zed.toml"):
            packed.writestr(name, ADA)
    data = (tmp_path / "x.zip").read_bytes()
    (tmp_path / "x.zip").write_bytes(data.replace(b"adb", b"ada").replace(b"answert", b"answers"))
    found = told(read(tmp_path / "x.zip"))
    assert [name for name, *_ in found] == ["ada", "bob", "zed"]
    assert "more than once" in found[0][1]
    assert "more than once" in found[1][1]


def packed() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in CLASS.items():
            made.writestr(name, content)
    return data.getvalue()


PACKED = packed()


@given(st.integers(0, len(PACKED)), st.integers(0, 9), st.binary(max_size=9))
def test_any_mutated_archive_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, cut: int, put: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "mutated.zip"
    path.write_bytes(PACKED[:at] + put + PACKED[at + cut :])
    with contextlib.suppress(BackpropError):
        assert all(isinstance(found, (Submission, UnreadableSubmission)) for found in read(path))


def test_a_class_may_lie_in_many_places(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"a/ada.toml": ADA, "b/bob.toml": ADA, "c.jsonl": b'{"student":"cy","answers":{}}'},
    )
    source = SubmissionSource([str(tmp_path / name) for name in ("c.jsonl", "b", "a/ada.toml")])
    assert source.share == 0
    assert [parse(raw).student for raw in source] == ["cy", "bob", "ada"]
    assert source.share == 1
