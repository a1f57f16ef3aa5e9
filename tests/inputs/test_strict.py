"""The line of a key is found, wherever TOML lets it stand."""

import pytest

from backprop_cli.errors import BackpropError
from backprop_cli.inputs.lines import line_of
from backprop_cli.inputs.strict import FileTable

TEXT = '''top = 1
[one]
key = """
[two]
key = 2
"""
other.part = 3
[two]  # a note
"key" = { inner = 1, deep = 2 }
[[many]]
key = 1
[[many]]
key = 2
[one.sub]
key = 3
'''


@pytest.mark.parametrize(
    ("place", "key", "line"),
    [
        ("", "top", 1),
        ("one", "key", 3),
        ("one", "other", 7),
        ("two", "key", 9),
        ("two", None, 8),
        ("two.key", "inner", 9),
        ("two.key", "unknown", 9),
        ("", "many", 10),
        ("many[0]", "key", 11),
        ("many[1]", "key", 13),
        ("many[1]", "missing", 12),
        ("one", "sub", 14),
        ("one.sub", "key", 15),
        ("nowhere", "key", None),
        ("", "missing", None),
    ],
)
def test_the_line_of_a_key(place: str, key: str | None, line: int | None) -> None:
    assert line_of(TEXT, place, key) == line


def test_a_key_that_was_misspelt_is_named_for_the_one_that_is_missing() -> None:
    section = FileTable({"titel": "x"}, 'titel = "x"', "e.toml")
    with pytest.raises(BackpropError) as caught:
        section.string("title")
    assert caught.value.report() == (
        "e.toml: 'title' is missing: a text\n  there is 'titel': did you mean 'title'?"
    )


@pytest.mark.parametrize("value", [True, "1", [1], 3, -1, float("nan"), float("inf")])
def test_what_is_no_number_between_the_bounds(value: object) -> None:
    section = FileTable({"share": value}, "share = ...", "e.toml")
    with pytest.raises(BackpropError, match="line 1: 'share' must be a number from 0 to 1"):
        section.number("share", 0, 1)
    with pytest.raises(BackpropError, match="must be a whole number from 0 to 1"):
        section.integer("share", 0, 1)


def test_what_is_left_is_unknown() -> None:
    section = FileTable({"points": 1, "pionts": 2}, "points = 1\npionts = 2", "e.toml")
    section.number("points", 0, 9)
    with pytest.raises(BackpropError) as caught:
        section.done()
    assert "line 2: unknown key 'pionts'\n  did you mean 'points'?" in caught.value.report()
