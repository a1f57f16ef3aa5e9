"""The JSON of explain is what its schema says."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from backprop_cli import explain
from backprop_cli.render import json as view

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "explain.schema.json").read_text("utf-8")
)


@pytest.mark.parametrize(
    "arguments",
    [
        ("(x+y)*z", "--x", "-2", "--y", "5", "--z", "-4"),
        ("||W @ x||^2", "--W", "[[0.1,0.5],[-0.3,0.8]]", "--x", "[0.2,0.4]"),
        ("log(x) * relu(x)", "--x", "0"),
        ("2*3",),
        ("a = x; y*2", "--x", "1", "--y", "2"),
        ("max(0, 1/(1+exp(-x)))", "--x", "-1000", "--fold", "all"),
        ("a = exp(x); a/(1+a) + 1/(1+e^a) + a", "--x", "1", "--fold", "sigmoid"),
        ("sum(sigmoid(x))", "--x", "[1,2]", "--unfold", "sigmoid"),
        ("x", "--x", "1", "--fold", "sigmoid"),
        ("x.T @ W", "--x", "[1,2]", "--W", "ones(2,2)", "--upstream", "[1,0]"),
    ],
)
def test_it_is_valid(backprop: Callable[..., Any], arguments: tuple[str, ...]) -> None:
    ran = backprop("explain", *arguments, "--format", "json")
    assert ran.status == 0
    jsonschema.validate(json.loads(ran.out), SCHEMA, jsonschema.Draft202012Validator)


def test_numbers_are_whole_and_missing_gradients_null(
    backprop: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "f.json"
    assert backprop("explain", "a = x; log(y)", "--x", "1", "--y", "0", "-o", str(path)).out == ""
    data = json.loads(path.read_text())
    assert data["value"] == "-Infinity"
    assert data["gradients"] == {"x": None, "y": "Infinity"}
    assert [note["kind"] for note in data["notes"]] == ["kink", "inf", "inf", "unused", "unused"]


def test_a_large_array_is_written_in_pieces_as_a_small_one_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = explain("sum(W @ x) + sum(W) + log(a)", W=[[1, 2], [3, float("inf")]], x=[5, 6], a=1)
    whole = "".join(view.explain_json(run))
    monkeypatch.setattr(view, "AT_ONCE", 1)
    pieces = list(view.explain_json(run))
    assert json.loads("".join(pieces)) == json.loads(whole)
    assert max(map(len, pieces)) < 100
