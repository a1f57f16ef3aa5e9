"""Every rule of every row, against slopes measured from its forward text alone."""

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from one_gate import Case, cases, worst_error

from backprop_cli.errors import BackpropError
from backprop_cli.gates.compiler import rule
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import GATES
from backprop_cli.language.printer import show


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
@given(data=st.data())
def test_the_rules_are_the_slopes_of_forward(gate: Gate, data: st.DataObject) -> None:
    assert worst_error(data.draw(cases(gate))) < 1e-7


def mistakes() -> list[object]:
    """Every rule of every row, changed in each way that changes it."""
    found = []
    for gate in GATES:
        swapped = dict(zip(gate.inputs, reversed(gate.inputs), strict=True))
        for slot, text in enumerate(gate.local):
            changed = {
                "negated": f"-({text})",
                "doubled": f"2 * ({text})",
                "shifted": f"({text}) + 1",
                "swapped": show(rule(text), swapped),
            }
            for name, wrong in changed.items():
                is_same = text == "0" and name in ("negated", "doubled")
                if wrong != show(rule(text)) and not is_same:
                    found.append(pytest.param(gate, slot, wrong, id=f"{gate.name}-{slot}-{name}"))
    return found


@pytest.mark.parametrize(("gate", "slot", "wrong"), mistakes())
def test_a_wrong_rule_is_noticed(gate: Gate, slot: int, wrong: str) -> None:
    """The check above can fail: it turns red for every rule, broken in every way."""

    def red(case: Case) -> bool:
        try:
            return worst_error(case, {(gate.name, slot): wrong}) > 1e-3
        except (ValueError, BackpropError):
            return True  # a product of matrices no longer fits

    quick = settings(phases=[Phase.generate], database=None, derandomize=True)
    assert find(cases(gate), red, settings=quick)
