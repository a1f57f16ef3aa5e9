"""The names of a formula meet the values that were given for them."""

from pathlib import Path

import numpy as np
import pytest

from backprop_cli.errors import BackpropError
from backprop_cli.inputs.bind import bind, read_given
from backprop_cli.language.parser import parse


def spelling(name: str) -> str:
    return f"--{name} VALUE"


def bound(formula: str, names: str) -> dict[str, float]:
    """What each input gets if the values 1, 2, 3, … are given under these names."""
    values = {name: float(number) for number, name in enumerate(names.split(), start=1)}
    return bind(parse(formula), values, spelling)


@pytest.mark.parametrize(
    ("formula", "names", "values"),
    [
        ("x*y", "x y", {"x": 1, "y": 2}), ("x*y", "y x", {"x": 2, "y": 1}),
        ("θ*x₁", "theta x1", {"θ": 1, "x1": 2}), ("θ1", "theta1", {"θ1": 1}), ("θ", "θ", {"θ": 1}),
        ("σ*Δ", "sigma delta", {"σ": 1, "Δ": 2}), ("x₁", "x₁", {"x1": 1}),
        ("e*x", "x", {"x": 1}), ("e*x", "e x", {"e": 1, "x": 2}), ("q = x; q*q", "x", {"x": 1}),
    ],
)  # fmt: skip
def test_names_are_matched(formula: str, names: str, values: dict[str, float]) -> None:
    assert bound(formula, names) == values


@pytest.mark.parametrize(
    ("formula", "names", "message", "hint"),
    [
        ("x*y", "x", "no value for y", "the formula needs x, y: add --y VALUE"),
        ("x*y*z", "", "no value for x, y, z",
         "the formula needs x, y, z: add --x VALUE --y VALUE --z VALUE"),
        ("x*y", "x y w", "the formula has no input 'w'", "its inputs are x, y"),
        ("rate*x", "rte x", "the formula has no input 'rte'", "did you mean 'rate'?"),
        ("2*3", "x", "the formula has no input 'x'", "it has no inputs"),
        ("q = x*x; q", "x q", "'q' is a step of the program and gets no value", None),
        ("sgmoid(x)", "", "unknown function 'sgmoid'", "did you mean 'sigmoid'?"),
        ("exp() + w", "x", "exp takes 1 argument, not 0", None),
        ("f = q*2; q = x+1", "x", "'q' is used before it is given a value here",
         "put this step first"),
        ("y = e*x; e = 3; y*e", "x", "'e' is used before it is given a value here",
         "put this step first"),
        ("e*x; e = 3; f = x*e", "x e", "'e' is used before it is given a value here",
         "put this step first"),
        ("xy", "x y", "no value for xy", "xy is one name; for a product write x*y"),
        ("xyx + x", "x y xy", "no value for xyx", "xyx is one name; for a product write xy*x"),
        ("x + xx", "x", "no value for xx", "xx is one name; for a product write x*x"),
        ("tanhx", "x", "no value for tanhx", "tanhx is one name; did you mean tanh(x)?"),
        ("xz", "x y", "the formula has no input 'x'", "did you mean 'xz'?"),
        ("W^T*x", "W x", "no value for T", "for the transpose write W.T"),
        ("W*T", "W", "no value for T", "the formula needs W, T: add --T VALUE"),
        ("x(y)", "x y", "'x' is not a function", "did you mean x*(y)?"),
    ],
)  # fmt: skip
def test_names_that_do_not_match(formula: str, names: str, message: str, hint: str | None) -> None:
    with pytest.raises(BackpropError) as caught:
        bound(formula, names)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_the_names_of_arrays_are_multiplied_as_matrices() -> None:
    with pytest.raises(BackpropError) as caught:
        bind(parse("Wx"), {"W": np.ones((2, 2)), "x": np.ones(2)}, spelling)
    assert caught.value.hint == "Wx is one name; for a product write W@x"


def test_many_inputs_are_no_wait() -> None:
    # Each is looked up, not searched for among all others.
    names = [f"θ{k}" for k in range(50_000)]
    typed = [f"theta{k}" for k in range(50_000)]
    assert len(bound(" + ".join(names), " ".join(typed))) == len(names)


def test_values_come_from_text_and_from_files(tmp_path: Path) -> None:
    np.save(tmp_path / "W.npy", np.eye(2))
    (tmp_path / "in.json").write_text('{"y": "1/4", "z": [1, "NaN"], "b": "-Infinity"}')
    with pytest.raises(BackpropError, match="'z'"):
        read_given([], [str(tmp_path / "in.json")], 0)
    (tmp_path / "in.json").write_text('{"y": "1/4", "z": [1, NaN], "b": "-Infinity"}')
    given = read_given([("x", "-2"), ("W", f"@{tmp_path}/W.npy")], [str(tmp_path / "in.json")], 0)
    expected = {"y": 0.25, "z": [1, np.nan], "b": -np.inf, "x": -2, "W": np.eye(2)}
    assert list(given) == list(expected)
    for name, value in expected.items():
        np.testing.assert_array_equal(given[name], value)


def test_the_order_of_random_inputs_does_not_matter() -> None:
    pairs = [("W", "randn(2,2)"), ("x", "randn(2)"), ("b", "uniform(0,1)")]
    forwards, backwards = read_given(pairs, [], 3), read_given(pairs[::-1], [], 3)
    for name, value in forwards.items():
        np.testing.assert_array_equal(value, backwards[name])


def test_a_value_is_given_once(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text('{"x": 1}')
    (tmp_path / "more.toml").write_text("x = 2")
    for pairs, files, places in [
        ([("x", "1"), ("x", "2")], [], ""),
        ([("x", "1")], ["in.json"], ": in {}/in.json and on the command line"),
        ([], ["in.json", "in.json"], ""),
        ([], ["in.json", "more.toml"], ": in {}/in.json and {}/more.toml"),
    ]:
        with pytest.raises(BackpropError) as caught:
            read_given(pairs, [str(tmp_path / name) for name in files], 0)
        assert caught.value.message == "'x' is given twice" + places.replace("{}", str(tmp_path))


def test_a_file_of_inputs_opens_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text('{"x": " @/etc/passwd.csv"}')
    with pytest.raises(BackpropError, match="names another file"):
        read_given([], [str(tmp_path / "in.json")], 0)
