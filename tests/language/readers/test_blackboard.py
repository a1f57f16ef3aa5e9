"""What stands on a blackboard means what the core language means."""

import pytest
from hypothesis import given, settings
from notations import SCALARS, Written, check_same

from backprop_cli.graph.reading import Notation


@given(SCALARS)
@settings(max_examples=60)
def test_it_has_the_value_and_the_gradients_of_the_core_formula(written: Written) -> None:
    check_same(written.core, written.board, Notation.FORMULA)


@pytest.mark.slow
@given(SCALARS)
@settings(max_examples=2000)
def test_it_has_them_in_many_examples(written: Written) -> None:
    check_same(written.core, written.board, Notation.FORMULA)
