"""Every group and command without arguments says what it needs, whatever version of Click runs it."""

import click
import pytest

from backprop_cli.cli.lazy_group import LazyGroup
from backprop_cli.cli.main import COMMANDS, backprop

CONTEXT = click.Context(backprop)
TOP = {name: backprop.get_command(CONTEXT, name) for name in COMMANDS}
GROUPS = [name for name, command in TOP.items() if isinstance(command, LazyGroup)]
INNER = [(name, inner) for name in GROUPS for inner in TOP[name].places]  # type: ignore[union-attr]


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_a_group_alone_shows_its_help(backprop, group: str) -> None:
    done = backprop(*group.split())
    assert done.status == 0
    assert done.out == backprop(*group.split(), "--help").out
    assert done.out.startswith(f"Usage: backprop {group}".rstrip() + " [OPTIONS] COMMAND")
    assert done.err == ""


@pytest.mark.parametrize("path", [(name,) for name in TOP if name not in GROUPS] + INNER)
def test_a_command_alone_says_what_it_needs_or_does_it(backprop, home, monkeypatch, path) -> None:
    # `lessons check` alone proves all of our lessons, which tests of lessons do.
    arguments = (*path, "no.toml") if path == ("lessons", "check") else path
    done = backprop(*arguments)
    assert done.status in (0, 2)
    assert (done.status == 0) == (done.err == "")
    if done.err:
        first, _, rest = done.err.partition("\n")
        assert first.startswith("error: ")
        assert "Usage" not in first
        assert "\\n" not in first
        assert arguments != path or rest


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_a_word_with_a_typing_error(backprop, group: str) -> None:
    if group == "gradebook":
        # The word may be the name of a gradebook.
        assert backprop("gradebook", "dif").err.startswith("error: there is no gradebook dif")
        return
    word = {"": "explian", "lessons": "chek", "exercise": "worksheat"}[group]
    done = backprop(*group.split(), word)
    assert f"no command '{word}'\n  did you mean '" in done.err


def test_the_word_show_may_be_left_out(backprop) -> None:
    short = backprop("gradebook", "--undecided", "no.db")
    assert short == backprop("gradebook", "show", "--undecided", "no.db")
    assert short.err == "error: there is no gradebook no.db\n"
    assert backprop("gradebook", "./diff").err.startswith("error: there is no gradebook ./diff")
