"""Curves of a few lines: in the right place, no wider than asked, whatever the numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.render.text.plot import Curve, plot, thinned

finite = st.floats(allow_nan=False, allow_infinity=False)


def test_a_line_goes_from_corner_to_corner() -> None:
    assert plot([Curve([(0, 0), (1, 1)])], 4, 4, ascii_only=True) == ["   *", "  *", " *", "*"]
    assert plot([Curve([(0, 0), (1, 1)])], 2, 1) == ["⡠⠊"]
    assert plot([Curve([(0, 1), (1, 0)])], 2, 1) == ["⠑⢄"]


def test_what_is_flat_is_in_the_middle() -> None:
    assert plot([Curve([(0, 5), (1, 5)])], 3, 3, ascii_only=True) == ["", "***", ""]


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=20), st.booleans())
def test_any_numbers_give_a_curve_of_that_size(
    spots: list[tuple[float, float]], ascii_: bool
) -> None:
    drawn = plot([Curve(spots)], 12, 5, ascii_)
    assert len(drawn) == 5
    assert max(map(len, drawn)) <= 12
    assert "".join(drawn).strip()


@pytest.mark.parametrize("count", [1, 2, 11, 12, 13, 14, 25, 31, 100, 100_001])
def test_rows_are_chosen_in_order_and_to_the_end(count: int) -> None:
    chosen = thinned(count, 12)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(count, 12)
    assert (chosen[0], chosen[-1]) == (0, count - 1)


def test_a_curve_is_broken_where_there_is_no_number() -> None:
    spots = [(-1, float("nan")), (0, 0), (1, 1), (2, float("inf")), (3, 1)]
    assert plot([Curve(spots)], 5, 2, ascii_only=True) == [" ** *", " *"]


def test_a_dotted_line_and_a_disc() -> None:
    curves = [Curve([(0, 0), (1, 1)]), Curve([(0, 0.5), (1, 0.5)], is_dotted=True)]
    drawn = plot(curves, 9, 3, ascii_only=True, marked=(0, 0))
    assert drawn[0].endswith("*")
    assert drawn[2].startswith("o")
    assert ":" in drawn[1]
