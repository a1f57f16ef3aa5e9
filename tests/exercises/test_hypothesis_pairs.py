"""Two mistakes at once are tried at two places, the likely ones first, and not without end."""

from typing import Any

import pytest

from backprop_cli.exercises.diagnosis import hypotheses
from backprop_cli.exercises.diagnosis.hypotheses import pairs


def made(*places: tuple[int, ...]) -> list[Any]:
    """Hypotheses at these nodes."""
    return [hypotheses.Hypothesis(None, "mul", nodes, lambda case: None) for nodes in places]  # type: ignore[arg-type]


def chosen(*places: tuple[int, ...], most: int = 100) -> list[tuple[Any, Any]]:
    return [(a.nodes, b.nodes) for a, b in pairs(made(*places), most)]


def test_neighbours_come_first() -> None:
    assert chosen((1,), (2,), (3,)) == [((1,), (2,)), ((2,), (3,)), ((1,), (3,))]


def test_two_mistakes_at_one_place_are_no_pair() -> None:
    assert chosen((1,), (1,), (2,)) == [((1,), (2,)), ((1,), (2,))]
    assert chosen((1,), (1,)) == []


def test_as_many_as_are_asked_for_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [(k,) for k in range(10)]
    assert len(chosen(*places)) == 45
    assert [len(chosen(*places, most=most)) for most in (0, 1, 7)] == [0, 1, 7]
    monkeypatch.setattr(hypotheses, "MAX_PAIRS", 3)
    assert len(chosen(*places)) == 3
