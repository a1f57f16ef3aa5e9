"""Files of formulas and values; nobody vouches for them."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backprop_cli.errors import BackpropError
from backprop_cli.inputs.arrays import read_array
from backprop_cli.inputs.files import decode, read_formula
from backprop_cli.inputs.tables import parse_toml, read_inputs

MATRIX = np.array([[1.5, -2.0], [1 / 3, 4e-300]])

WRITERS: dict[str, Callable[[Path, Any], object]] = {
    ".npy": np.save,
    ".npz": lambda path, array: np.savez(path, W=array, other=array + 1),
    ".json": lambda path, array: path.write_text(json.dumps({"W": array.tolist(), "x": 1})),
    ".csv": lambda path, array: np.savetxt(path, array, delimiter=",", fmt="%.17g"),
}


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("array", [MATRIX, MATRIX[0], MATRIX[:1, :1].ravel()])
def test_what_was_written_is_read_back(tmp_path: Path, suffix: str, array: Any) -> None:
    path = tmp_path / f"values{suffix}"
    WRITERS[suffix](path, array)
    np.testing.assert_array_equal(read_array("W", str(path)), array)


@pytest.mark.parametrize("array", [np.arange(4), np.float32([1, 2]), np.asfortranarray(MATRIX)])
def test_any_real_array_becomes_doubles(tmp_path: Path, array: Any) -> None:
    np.save(tmp_path / "x.npy", array)
    read = read_array("x", str(tmp_path / "x.npy"))
    assert read.dtype == np.float64
    np.testing.assert_array_equal(read, array)


class Bomb:
    """Runs when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return (Path.touch, (self.mark,))


def test_a_pickle_is_never_loaded(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    bombs = np.array([Bomb(mark)], dtype=object)
    np.save(tmp_path / "x.npy", bombs, allow_pickle=True)
    np.savez(tmp_path / "x.npz", x=bombs)
    (tmp_path / "raw.npy").write_bytes(pickle.dumps(Bomb(mark)))
    (tmp_path / "x.pkl").write_bytes(pickle.dumps(Bomb(mark)))
    for path in tmp_path.iterdir():
        with pytest.raises(BackpropError):
            read_array("x", str(path))
    assert not mark.exists()


BAD = [
    # name, content, message
    ("x.npy", b"", "is not an array that NumPy saved, or it is damaged"),
    ("x.npy", b"\x93NUMPY\x01\x00\xff\xff{", "is not an array that NumPy saved, or it is damaged"),
    ("x.npz", b"PK\x03\x04", "is not an array that NumPy saved, or it is damaged"),
    ("x.json", b"[1, 2", "is not JSON: "),
    ("x.json", b'{"x": 1, "x": 2}', "'x' is given twice"),
    ("x.json", b"[" * 100_000, "is nested too deeply"),
    ("x.json", b'"text"', "the value of 'x' is not a number or a list of numbers"),
    ("x.json", b'{"a": 1, "b": 2}', "has no value called 'x'"),
    ("x.json", b"\xff", "is not JSON"),
    ("x.csv", b"1,2\n3", "the rows differ in length"),
    ("x.csv", b"a,b\n1,2", "row 1: 'a,b' is not all numbers"),
    ("x.csv", b"", "the value of 'x' has no elements"),
    ("x.csv", b"\xff\xfe", "is not a table of numbers"),
    ("x.txt", b"1", "values are read from .npy, .npz, .json, .csv files"),
]


@pytest.mark.parametrize(("name", "content", "message"), BAD)
def test_what_is_wrong_with_a_file(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BackpropError) as caught:
        read_array("x", str(tmp_path / name))
    assert message in caught.value.message


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backprop_cli.inputs.arrays.MAX_BYTES", 2**20)
    for module in ("files", "arrays"):
        monkeypatch.setattr(f"backprop_cli.inputs.{module}.MAX_SOURCE", 2**20)
    np.save(tmp_path / "x.npy", np.zeros(200_000))
    np.savez_compressed(tmp_path / "bomb.npz", x=np.zeros(200_000))
    (tmp_path / "f.bp").write_text("x" * (2**20 + 1))
    with pytest.raises(BackpropError, match=r"x\.npy is too large: at most 1 MiB"):
        read_array("x", str(tmp_path / "x.npy"))
    with pytest.raises(BackpropError, match=r"bomb\.npz unpacks to more than 1 MiB"):
        read_array("x", str(tmp_path / "bomb.npz"))
    with pytest.raises(BackpropError, match=r"f\.bp is larger than 1 MiB"):
        read_formula(str(tmp_path / "f.bp"))


@pytest.mark.parametrize("read", [lambda path: read_array("x", path), read_inputs, read_formula])
def test_what_is_no_file(tmp_path: Path, read: Callable[[str], Any]) -> None:
    (tmp_path / "folder.json").mkdir()
    for path, message in {
        tmp_path / "missing.json": "there is no file",
        tmp_path / "folder.json": "is a folder",
        tmp_path / "nul\0.json": "cannot be read",
    }.items():
        with pytest.raises(BackpropError, match=message):
            read(str(path))


def test_a_name_of_a_file_is_printed_inert(tmp_path: Path) -> None:
    with pytest.raises(BackpropError) as caught:
        read_formula(str(tmp_path / "\x1b[2J"))
    assert "\x1b" not in str(caught.value)


def test_a_file_of_inputs(tmp_path: Path) -> None:
    given = {"x": -2, "z": "1/3", "W": [[1, 2], [3, 4]]}
    (tmp_path / "in.toml").write_text('x = -2\nz = "1/3"\nW = [[1, 2], [3, 4]]\n')
    (tmp_path / "in.json").write_text(json.dumps(given))
    for name in ("in.toml", "in.json"):
        assert read_inputs(str(tmp_path / name)) == given


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("in.toml", "x = ", "is not TOML"),
        ("in.toml", "x = 1\nx = 2", "is not TOML"),
        ("in.json", "[1]", "does not give names and values"),
        ("in.yaml", "x: 1", "inputs are read from .toml and .json files"),
    ],
)
def test_what_is_no_file_of_inputs(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BackpropError, match=message):
        read_inputs(str(tmp_path / name))


@pytest.mark.parametrize(
    "text",
    [
        "x{} = 1", "[x{}]", "[[ x{} ]]", "y = {{x{} = 1}}", "y = {{z = 1, 'x'{} = 1}}", " \"x\"{}",
        "y = 1\n\n\tx{}.y = 1",
    ],
)  # fmt: skip
def test_a_key_of_many_parts_is_refused(text: str) -> None:
    with pytest.raises(BackpropError, match="a key has more than 50 parts"):
        parse_toml(text.format(" . \"x.x\" .'x'" * 25_000).encode(), "in.toml")


def test_text_of_many_parts_is_no_key() -> None:
    parts = ".x" * 1000
    text = f's = "x{parts}" # x{parts}\na{parts[:40]} = [\'x{parts}\', "x{parts}"]'
    assert parse_toml(text.encode(), "in.toml")["s"] == f"x{parts}"


def test_a_formula_is_text() -> None:
    assert decode(b"\xef\xbb\xbfx\r\n+ y", "f") == "x\n+ y"
    for data, message in {b"\xff": "not a text file in UTF-8", b"x\0": "binary file"}.items():
        with pytest.raises(BackpropError, match=message):
            decode(data, "f")
