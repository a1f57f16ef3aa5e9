"""Every number of the worked examples, at every node."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import EXAMPLES, by_name, run

from backprop_cli.render.text.options import Look

SHARED = Path(__file__).resolve().parents[2] / "shared" / "reference" / "worked_examples.json"
IDS = [example["id"] for example in EXAMPLES]


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_every_node_of_the_program(example: dict[str, Any]) -> None:
    t = run(example["program"], **example["inputs"])
    for name, known in example["nodes"].items():
        node = by_name(t, name)
        np.testing.assert_allclose(node.value, known["value"], rtol=1e-12)
        np.testing.assert_allclose(node.gradient, known["grad"], rtol=1e-12)


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_the_bare_formula_has_the_same_ends(example: dict[str, Any]) -> None:
    t = run(example["expression"], **example["inputs"])
    *_, output = example["nodes"].values()
    np.testing.assert_allclose(t.value, output["value"], rtol=1e-12)
    for name, gradient in t.gradients.items():
        np.testing.assert_allclose(gradient, example["nodes"][name]["grad"], rtol=1e-12)


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_shown_numbers_are_the_published_ones(example: dict[str, Any]) -> None:
    t = run(example["program"], **example["inputs"])
    for name, published in example["published"].items():
        is_gradient = name.startswith("d") and name not in t.graph.names
        node = by_name(t, name[1:] if is_gradient else name)
        ours = np.ravel(node.gradient if is_gradient else node.value)
        for number, known in zip(ours.tolist(), np.ravel(published).tolist(), strict=True):
            digits = len(str(abs(known)).replace(".", "").lstrip("0"))
            assert Look(digits=digits or 1).number(number) == Look(digits=15).number(known)


@pytest.mark.skipif(not SHARED.exists(), reason="the reference lies beside a checkout only")
def test_the_copy_is_current() -> None:
    here = Path(__file__).with_name("worked_examples.json")
    assert here.read_bytes() == SHARED.read_bytes()
