"""Wrong rules are made of each gate's own; those of the tables in use stay as they are, for ever."""

import json
from pathlib import Path
from typing import Any

import pytest

from backprop_cli.exercises.marking.mark import load_marker
from backprop_cli.exercises.mistakes.table import BY_NAME, MISTAKES
from backprop_cli.exercises.model.variants import plain
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.gates.table import BY_NAME as GATES

DATA = Path(__file__).parent / "data"


def frozen(name: str) -> list[Any]:
    found: list[Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return found


RULES = frozen("rules_of_tables_1_and_2.json")
VARIANTS = frozen("variants_of_tables_1_and_2.json")
KNOWN = {(row["mistake"], row["gate"]) for row in RULES}


@pytest.mark.parametrize("row", RULES, ids=lambda row: f"{row['mistake']} {row['gate']}")
def test_the_wrong_rules_of_tables_1_and_2_stay_as_they_are(row: Any) -> None:
    mistake, gate = BY_NAME[row["mistake"]], GATES[row["gate"]]
    assert [list(texts) for texts in mistake.change.rules(gate)] == row["ways"]
    assert mistake.since_at(gate.name) == row["since"]


def test_what_is_looked_for_at_more_gates_belongs_to_the_third_table_or_a_later() -> None:
    pairs = {
        (mistake.name, gate.name): mistake.since_at(gate.name)
        for mistake in MISTAKES
        for gate in GATES.values()
        if mistake.change.rules(gate)
    }
    assert set(pairs) >= KNOWN
    assert all(
        since == max(3, BY_NAME[mistake].since)
        for (mistake, gate), since in pairs.items()
        if (mistake, gate) not in KNOWN
    )


@pytest.mark.parametrize(
    "row", VARIANTS, ids=lambda row: f"{row['program']} {row['kind']} table {row['table']}"
)
def test_inputs_that_students_have_stay_as_they_are(row: Any) -> None:
    variants = load_marker(row["exercise"].encode(), "exercise.toml").variants
    for number, inputs in enumerate(row["inputs"], start=1):
        assert plain(variants.inputs(number)) == inputs
    for number, (line, mistake, nodes) in enumerate(row.get("planted", ()), start=1):
        found = variants.spoilt(number)
        assert found.wrong == line
        assert (found.hypothesis.mistake.name, list(found.hypothesis.nodes)) == (mistake, nodes)


A, AB = ("a",), ("a", "b")
SCALER, ROUTER, SWITCHER = Pattern.SCALER, Pattern.ROUTER, Pattern.SWITCHER

NEW = [
    (Gate("cube", A, "a^3", ("3 * a^2",), SCALER), "factor-lost", [["a^2"], ["3"]]),
    (Gate("cube", A, "a^3", ("3 * a^2",), SCALER), "power-not-lowered", [["3 * a^3"]]),
    (Gate("cbrt", A, "cbrt(a)", ("1 / (3 * out^2)",), SCALER), "factor-lost", [["1 / out^2"]]),
    (Gate("cbrt", A, "cbrt(a)", ("1 / (3 * out^2)",), SCALER), "sign-turned", [["-1 / (3 * out^2)"]]),
    (Gate("step", A, "min(a, 0)", ("1[a < 0]",), ROUTER), "mask-inverted", [["1[a > 0]"]]),
    (Gate("gap", AB, "a^2 * b", ("2 * a * b", "a^2"), SWITCHER), "mul-not-switched", [["2 * b * a", "b^2"]]),
    (Gate("outer", AB, "outer(a, b)", ("g @ b", "g.T @ a"), SWITCHER), "matmul-wrong-order", [["b @ g", "a @ g.T"], [None, "a @ g.T"], ["b @ g", None]]),
]  # fmt: skip


@pytest.mark.parametrize(("gate", "mistake", "ways"), NEW, ids=lambda v: getattr(v, "name", None))
def test_a_gate_that_is_new_has_mistakes_at_once(gate: Gate, mistake: str, ways: Any) -> None:
    assert [list(texts) for texts in BY_NAME[mistake].change.rules(gate)] == ways
    for other in MISTAKES:
        for texts in other.change.rules(gate):
            assert len(texts) == len(gate.local)
            assert texts != gate.local
