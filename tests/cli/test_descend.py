"""`descend` from the command line: what is written, where, and what is refused."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LINE = ("(w*x + b - y)^2", "--w", "2", "--b", "0", "--x", "1.5", "--y", "1", "--data", "x,y")
EXAMPLE = Path(__file__).parents[2] / "examples" / "descent"


def test_csv_and_json_have_every_step(backprop: Callable[..., Any], tmp_path: Path) -> None:
    rows = list(csv.reader(backprop("descend", *LINE, "--format", "csv").out.splitlines()))
    assert rows[0] == ["step", "f", "w", "df/dw", "b", "df/db"]
    assert len(rows) == 32
    assert [float(cell) for cell in rows[1]] == [0, 4, 2, 6, 0, 4]
    file = tmp_path / "steps.json"
    assert backprop("descend", *LINE, "--steps", "3", "-o", str(file)).status == 0
    whole = json.loads(file.read_text("utf-8"))
    assert [point["inputs"]["w"] for point in whole["points"]][:2] == [2.0, 1.4]
    assert whole["outcome"] == "falls"


def test_elements_have_columns_of_their_own(backprop: Callable[..., Any]) -> None:
    ran = backprop(
        "descend", "||W@x||^2", "--W", "[[1,2],[3,4]]", "--x", "[1,1]", "--format", "csv"
    )
    assert ran.out.splitlines()[0].split('","')[0].startswith('step,f,"W[0,0]')


def test_what_is_no_number_is_a_text_in_json(backprop: Callable[..., Any]) -> None:
    ran = backprop("descend", "-exp(x)", "--x", "5", "--rate", "9", "--format", "json")
    assert json.loads(ran.out)["points"][-1]["value"] == "-inf"


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_screen_is_no_wider_than_the_terminal(
    backprop: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    files = ("--file", str(EXAMPLE / "xor.txt"), "--inputs", str(EXAMPLE / "xor.toml"))
    for arguments in (LINE, (*files, "--data", "X,y", "--rate", "1", "--steps", "200")):
        ran = backprop("descend", *arguments)
        assert ran.status == 0
        assert max(map(len, ran.out.splitlines())) <= width


def test_ascii_is_ascii(backprop: Callable[..., Any]) -> None:
    assert backprop("descend", *LINE, "--ascii").out.isascii()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rate", "0"), "--rate takes a number above 0, not '0'"),
        (("--rate", "fast"), "--rate takes a number above 0, not 'fast'"),
        (("--rate", "nan"), "--rate takes a number above 0, not 'nan'"),
        (("--steps", "0"), "--steps takes a whole number from 1 to 100000, not '0'"),
        (("-o", "steps.svg"), "the ending of 'steps.svg' says no format"),
        (("--format", "csv", "-o", "a.json"), "--format csv and the ending of 'a.json'"),
        (("--upstream", "2"), "--upstream is about an output that is no number"),
    ],
)
def test_what_is_refused(
    backprop: Callable[..., Any], arguments: tuple[str, ...], message: str
) -> None:
    ran = backprop("descend", *LINE, *arguments)
    assert ran.status == 2
    assert message in ran.err
