"""The page as a text: what it holds, what it allows, and what it refuses."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import EXAMPLES, run
from pages import hostile, page_of

from backprop_cli.autodiff.trace import Trace
from backprop_cli.cli.main import run as command
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.diagnosis.predict_mode import questions
from backprop_cli.exercises.diagnosis.predictions import can_be_predicted
from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.page.page import embedded, page_view
from backprop_cli.render.page.parts import MOST_FIELDS


def data_of(page: str) -> Any:
    return json.loads(page.split('id="run">')[1].split("</script>")[0])


class Tags(HTMLParser):
    """The elements of a page, and their attributes; each is closed where it should be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.open += [] if tag in ("meta", "input", "br") else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.found if "id" in attributes]


@pytest.mark.parametrize("t", [run("x*y", x=1, y=2), hostile()], ids=["plain", "hostile"])
def test_only_our_script_and_our_style_may_act(t: Trace) -> None:
    page = page_of(t)
    policy = unescape(re.search(r'Policy" content="([^"]*)"', page)[1])  # type: ignore[index]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for opening, closing in (("<style>", "</style>"), ('<script type="module">', "</script>")):
        text = page.split(opening)[1].split(closing)[0]
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    tags = Tags(page).found
    assert sum(tag == "script" for tag, _ in tags) == 2
    assert not {"img", "iframe", "link", "object", "a", "base"} & {tag for tag, _ in tags}
    for _, attributes in tags:
        assert not [name for name in attributes if name.startswith("on")]
        assert not {"style", "src", "href", "action"} & attributes.keys()


def test_data_ends_no_script() -> None:
    names = ["</script>", "<!--", "&amp;", "\u2028", "𝒳"]
    text = embedded({"names": names})
    assert not re.search(r"[<>&\u2028]", text)
    assert json.loads(text)["names"] == names


def test_numbers_that_json_lacks_are_words() -> None:
    page = page_of(run("log(x) + 1/y", x=0, y=0))
    data = data_of(page)
    assert [node["value"] for node in data["nodes"]][-1] == "nan"
    assert (
        "f is nan: born in the forward pass" in page.split('id="noted"')[1].split("</section>")[0]
    )
    assert data_of(page_of(run("x*y", x=float("inf"), y=1)))["nodes"][0]["at"] == "Infinity"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_every_worked_example_has_a_page(example: dict[str, Any]) -> None:
    t = run(example["program"], **example["inputs"])
    data = data_of(page_of(t))
    assert data["live"]
    assert len(data["steps"]) == len(t.steps)
    assert len(page_of(t)) < 150_000


def test_it_is_written_by_the_ending_or_by_name(tmp_path: Path, capsys: Any) -> None:
    formula = ("x*y", "--x", "1", "--y", "2")
    for name in ("f.html", "f.HTM"):
        assert command(("explain", *formula, "-o", str(tmp_path / name))) == 0
    assert (tmp_path / "f.html").read_bytes() == (tmp_path / "f.HTM").read_bytes()
    assert command(("explain", *formula, "--format", "html", "--digits", "9")) == 0
    assert '"digits":9' in capsys.readouterr().out
    assert command(("explain", *formula, "--format", "html", "--words")) == 2
    assert "cannot be combined: a page shows all" in capsys.readouterr().err


def test_what_is_too_large_is_said_or_refused() -> None:
    page = page_of(run("sum(relu(W@x))", W=np.ones((60, 60)), x=np.ones(60)))
    assert "too large to be worked out again" in page
    assert not {"questions", "trees"} & {key for key, value in data_of(page).items() if value}
    assert len(page) < 200_000
    with pytest.raises(BackpropError, match="3,000 gates are too many to draw"):
        list(page_view(run("x" + "+x" * 3000, x=1), FormatOptions()))


LARGE = np.ones(MOST_FIELDS + 1)
RUNS = {
    "plain": lambda: run("x*y", x=1, y=2),
    "arrays": lambda: run("sum(W @ v) * x", W=np.eye(3), v=[1, 2, 3], x=2),
    "notes": lambda: run("log(x) + relu(y)", x=0, y=0),
    "one field": lambda: run("sum(v) * x", v=LARGE, x=2),
    "no field": lambda: run("sum(v)", v=LARGE),
    "not live": lambda: run("x*sum(W)", x=2, W=np.ones((50, 50)), wrt=frozenset({"x"})),
    "no gradients": lambda: run("x*y", seed=None, x=[1, 2], y=3),
    "no inputs": lambda: run("2 + 3"),
}


@pytest.mark.parametrize("name", RUNS)
def test_every_element_is_closed_and_every_id_is_its_own(name: str) -> None:
    ids = Tags(page_of(RUNS[name]())).ids
    assert len(ids) == len(set(ids))


def test_what_has_no_field_is_named() -> None:
    page = page_of(RUNS["one field"]())
    assert "Drag an input" in page
    assert "v is too large for fields" in page
    assert [a["data-place"] for t, a in Tags(page).found if "data-place" in a] == ["0"]
    page = page_of(RUNS["no field"]())
    assert "Drag an input" not in page
    assert "v is too large for fields" in page
    assert not {"fields", "reset"} & set(Tags(page).ids)


@pytest.mark.parametrize("theme", ["light", "dark", None])
def test_a_page_is_as_the_readers_system_is_unless_told(theme: str | None) -> None:
    root = Tags(page_of(run("x*y", x=1, y=2), FormatOptions(theme=theme))).found[0]
    assert root == ("html", {"lang": "en"} | ({"data-theme": theme} if theme else {}))


def test_a_run_without_gradients_or_inputs_has_a_page() -> None:
    assert data_of(page_of(run("x*y", seed=None, x=[1, 2], y=3)))["steps"] == []
    assert data_of(page_of(run("2 + 3")))["steps"] == []


def test_what_each_mistake_would_have_answered() -> None:
    t = run("(x+y)*z", x=-2, y=5, z=-4)
    found = questions(t, page_look())
    assert [asked["name"] for asked in found["asked"]] == [
        "∂f/∂f",
        "∂f/∂z",
        "∂f/∂q",
        "∂f/∂y",
        "∂f/∂x",
    ]
    assert [asked["key"] for asked in found["asked"]] == [1, 3, -4, -4, -4]
    of_z = {answer: found["reasons"][why] for answer, why in found["asked"][1]["wrong"]}
    assert of_z[1].startswith("The gate passes the gradient straight through.")
    # ∂f/∂q by a learner who does not switch is the value of z too: both are named.
    assert of_z[-4].startswith("Two mistakes explain this equally well: (1) The mul gate is not")
    # At ∂f/∂x all before it was right, so what was done at f is no better than a value for it.
    of_x = {answer: found["reasons"][why] for answer, why in found["asked"][4]["wrong"]}
    assert "value of x" in of_x[-2]
    for asked in found["asked"]:
        assert all(abs(answer - asked["key"]) > 1e-3 for answer, _ in asked["wrong"])


def page_look() -> Any:
    from backprop_cli.render.text.options import Look

    return Look(70)


def test_what_cannot_be_answered_is_not_asked() -> None:
    assert not can_be_predicted(run("x*y", seed=None, x=1, y=2))
    assert not can_be_predicted(run("sum(x)", x=np.ones(100)))
    asked = questions(run("sqrt(x)*y", x=0, y=1), page_look())["asked"]
    assert [one["name"] for one in asked] == ["∂f/∂f", "∂f/∂y", "∂f/∂q"]
