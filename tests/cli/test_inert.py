"""What others typed is written back so that it does nothing to a terminal."""

import json
import unicodedata
from pathlib import Path

import pytest
from from_outside import CHAIN, process

from backprop_cli.errors import MOST_MARKS, inert

CLIPBOARD = "\x1b]52;c;aGk=\x07"
OVERRIDE = "\u202eabc\u2066"
FLOOD = "q" + "\u0301" * 300 + "\u20dd" * 300
TYPED = f"\n{CLIPBOARD}3\n{OVERRIDE}\n{FLOOD}\nquit\n"


def is_inert(text: str) -> bool:
    """Whether nothing acts on a terminal, and no letter is covered by accents."""
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        acts = unicodedata.category(character) in ("Cc", "Cf", "Cs") and character != "\n"
        if acts or marks > MOST_MARKS:
            return False
    return True


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Việt", "Việt"),
        (unicodedata.normalize("NFD", "Việt ﭏ नमस्ते"), unicodedata.normalize("NFD", "Việt ﭏ नमस्ते")),
        ("a" + "\u0301" * 6, "a" + "\u0301" * 4 + "\\u0301" * 2),
        ("\u0301" * 5 + "b" + "\u0301" * 4, "\u0301" * 4 + "\\u0301b" + "\u0301" * 4),
        ("θ" + "\u20dd\u0336" * 3, "θ" + "\u20dd\u0336" * 2 + "\\u20dd\\u0336"),
        ("a\u200d\u0301", "a\\u200d\u0301"),
    ],
)  # fmt: skip
def test_a_letter_has_a_few_accents(typed: str, shown: str) -> None:
    assert inert(typed) == shown


@pytest.mark.parametrize("piped", [False, True])
def test_answers_are_shown_inert(tmp_path: Path, piped: bool) -> None:
    (tmp_path / "answers").write_text(TYPED, encoding="utf-8")
    given = [] if piped else ["--answers", "answers"]
    with (tmp_path / "answers").open("rb") as stdin:
        done = process(tmp_path, "learn", "computation-graphs", *given, stdin=stdin)
    assert done.returncode == (0 if piped else 1)
    assert "\\x1b]52;c;aGk=\\x07" in done.stdout
    assert "\\u202eabc" in done.stdout
    assert is_inert(done.stdout)
    assert is_inert(done.stderr)


def test_a_flood_is_bounded_wherever_it_is_shown(tmp_path: Path) -> None:
    record = {"student": f"ada{FLOOD}", "answers": {"q": FLOOD, FLOOD[:200]: 3}}
    record["student"] = f"ada{FLOOD[:190]}"
    (tmp_path / "class.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    given = ["grade", str(CHAIN), "class.jsonl"]
    book = [*given, "--gradebook", "b.db"]
    commands = [given, book, ["gradebook", "b.db"], ["gradebook", "b.db", "--export", "csv"],
                ["explain", FLOOD, "--x", "1"], ["explain", "x", f"--{FLOOD}", "1"], ["gates", FLOOD]]  # fmt: skip
    for command in commands:
        done = process(tmp_path, *command)
        assert is_inert(done.stdout), command
        assert is_inert(done.stderr), command
