"""Values of inputs, from text, from files, from programs; none of them trusted."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backprop_cli.errors import BackpropError
from backprop_cli.inputs.bind import bind
from backprop_cli.inputs.files import read_array, read_formula, read_inputs
from backprop_cli.inputs.values import as_value, read_value
from backprop_cli.language.parser import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-2", -2), ("1/3", 1 / 3), ("pi/4", np.pi / 4), ("-2e-3", -0.002), ("+3", 3),
        ("[1, 1/2]", [1, 0.5]), ("[[1,2],[3,4]]", [[1, 2], [3, 4]]), ("2*[1,2]", [2, 4]),
        ("zeros(2)", [0, 0]), ("ones(2,1)", [[1], [1]]), ("inf", np.inf), ("-e", -np.e),
    ],
)  # fmt: skip
def test_a_value_is_an_expression_of_constants(text: str, value: Any) -> None:
    np.testing.assert_allclose(read_value("x", text), value)


def test_random_values_follow_seed_and_name_only() -> None:
    first = read_value("W", "randn(2,3)", seed=1)
    np.testing.assert_array_equal(first, read_value("W", "randn(2,3)", seed=1))
    assert (first != read_value("V", "randn(2,3)", seed=1)).all()
    assert (first != read_value("W", "randn(2,3)", seed=2)).all()
    # The stream is frozen: these numbers are the same on any machine.
    assert read_value("x", "randn()") == pytest.approx(read_value("x", "randn()"))
    low = read_value("x", "uniform(-1, 1, 100)")
    assert low.min() >= -1
    assert low.max() <= 1


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".json", ".csv"])
def test_files_give_back_what_was_written(tmp_path: Path, suffix: str) -> None:
    array = np.array([[1.5, -2.0], [0.25, 4.0]])
    path = tmp_path / f"W{suffix}"
    if suffix == ".npy":
        np.save(path, array)
    elif suffix == ".npz":
        np.savez(path, W=array, other=array + 1)
    elif suffix == ".json":
        path.write_text(json.dumps({"W": array.tolist(), "x": 1}))
    else:
        np.savetxt(path, array, delimiter=",")
    np.testing.assert_array_equal(read_array("W", str(path)), array)


def test_a_pickle_is_never_loaded(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "ran",))

    np.save(tmp_path / "x.npy", np.array([Bomb()], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "x.npz", x=np.array([Bomb()], dtype=object))
    for name in ("x.npy", "x.npz"):
        with pytest.raises(BackpropError, match="pickle"):
            read_array("x", str(tmp_path / name))
    assert not (tmp_path / "ran").exists()


def test_a_file_of_inputs(tmp_path: Path) -> None:
    path = tmp_path / "in.toml"
    path.write_text('x = -2\nz = "1/3"\nW = [[1, 2], [3, 4]]\n')
    assert read_inputs(str(path)) == {"x": -2, "z": "1/3", "W": [[1, 2], [3, 4]]}


@pytest.mark.parametrize(
    "bad", ["text", [[1, 2], [3]], [], np.ones((2, 2, 2)), [True], {"a": 1}, None, 10**400, 1j]
)
def test_what_is_no_value(bad: Any) -> None:
    with pytest.raises(BackpropError):
        as_value("x", bad)


def test_names_are_matched() -> None:
    def spelling(name: str) -> str:
        return f"--{name} VALUE"

    assert bind(parse("θ*x₁"), {"theta": 1.0, "x1": 2.0}, spelling) == {"θ": 1.0, "x1": 2.0}
    with pytest.raises(BackpropError, match=r"no value for y"):
        bind(parse("x*y"), {"x": 1.0}, spelling)
    with pytest.raises(BackpropError, match=r"has no input 'w'"):
        bind(parse("x*y"), {"x": 1.0, "y": 1.0, "w": 1.0}, spelling)


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backprop_cli.inputs.files.MAX_BYTES", 2**20)
    monkeypatch.setattr("backprop_cli.inputs.files.MAX_SOURCE", 2**20)
    np.save(tmp_path / "x.npy", np.zeros(200_000))
    np.savez_compressed(tmp_path / "bomb.npz", x=np.zeros(200_000))
    (tmp_path / "f.bp").write_text("x" * (2**20 + 1))
    with pytest.raises(BackpropError, match=r"x\.npy is too large: at most 1 MiB"):
        read_array("x", str(tmp_path / "x.npy"))
    with pytest.raises(BackpropError, match=r"bomb\.npz unpacks to more than 1 MiB"):
        read_array("x", str(tmp_path / "bomb.npz"))
    with pytest.raises(BackpropError, match=r"f\.bp is larger than 1 MiB"):
        read_formula(str(tmp_path / "f.bp"))
