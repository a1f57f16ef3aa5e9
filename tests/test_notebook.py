"""Notebooks: the picture, the cell magic, and the example, run as Jupyter runs it."""

import xml.etree.ElementTree as ET
from base64 import b64decode
from pathlib import Path

import needs
import pytest

from backprop_cli import explain
from backprop_cli.errors import BackpropError
from backprop_cli.notebook import backprop
from backprop_cli.render.picture import notebook

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "backprop.ipynb"


def test_the_picture_stands_above_the_steps() -> None:
    shown = explain("(x+y)*z", x=-2, y=5, z=-4)._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html", "image/svg+xml"}
    ET.fromstring(shown["image/svg+xml"])
    image, _, steps = shown["text/html"].partition("\n")
    assert b64decode(image.split("base64,")[1].split('"')[0]).decode() == shown["image/svg+xml"]
    assert "───" not in steps
    assert "Backward pass" in steps
    assert "Circuit" in shown["text/plain"]


def test_a_formula_with_markup_stays_in_its_attribute() -> None:
    shown = explain('x*y # "><script>alert(1)</script>', x=1, y=2)._repr_mimebundle_()["text/html"]
    assert "<script" not in shown
    assert "&quot;&gt;&lt;script&gt;alert" in shown.partition("\n")[0]


def test_without_a_picture_it_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise BackpropError("too large")

    monkeypatch.setattr(notebook, "placed", missing)
    shown = explain("x*y", x=1, y=2)._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"}
    assert "Circuit" in shown["text/html"]


def test_a_large_circuit_is_not_drawn_unasked() -> None:
    assert notebook.notebook_picture(explain("x" + "+x" * 200, x=1)) is None


def test_the_magic_reads_options_as_the_command_line_does() -> None:
    found = backprop("--x -2 --y=5 --z -4 --wrt x", "(x+y)*z\n")
    assert found is not None
    assert found.gradients == {"x": -4.0}
    assert backprop("--set seed=2", "seed*3").value == 6  # type: ignore[union-attr]
    assert backprop("--x 2", "--x\n").value == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("line", "cell", "message"),
    [
        ("--x 1", "sgmoid(x)", "did you mean 'sigmoid'?"),
        ("--x 1", "", "the formula is empty"),
        ("--x", "x", "--x has no value"),
        ("--x 1 y", "x", "unexpected argument"),
        ("--x '1", "x", "the options cannot be read"),
        ("--seed no --x 1", "x", "--seed"),
        ("--x 1", "-", "-"),
        ("", "x*y", "no value"),
    ],
)
def test_an_error_in_a_cell_is_said_not_raised(
    line: str, cell: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert backprop(line, cell) is None
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert message in said


@needs.module("nbclient")
@needs.module("ipykernel")
@pytest.mark.filterwarnings("ignore")  # of the kernel's own
def test_the_example_notebook_runs() -> None:
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(EXAMPLE, as_version=4)
    assert all(not cell.get("outputs") for cell in book.cells)
    NotebookClient(book, timeout=60, kernel_name="python3").execute()
    outputs = [cell.outputs for cell in book.cells if cell.cell_type == "code"]
    shown = [one for cell in outputs for one in cell if one.output_type == "execute_result"]
    assert sum("image/svg+xml" in one.data for one in shown) == 3
    assert "'x': 2.05956" in shown[2].data["text/plain"]
    said = "".join(one.text for one in outputs[-1] if one.output_type == "stream")
    assert "did you mean 'sigmoid'?" in said
    assert "Traceback" not in str(outputs)
