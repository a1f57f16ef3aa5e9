"""The command as a process: pipes, signals, terminals."""

import os
import pty
import select
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
COMMAND = [sys.executable, "-m", "backprop_cli"]
CHAIN = ["explain", "(x+y)*z", "--x", "-2", "--y", "5", "--z", "-4"]


def process(*arguments: str, stdin: str | None = None, **environment: str) -> Any:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | environment,
        timeout=60,
        check=False,
    )


def test_version_and_help() -> None:
    assert process("--version").stdout.startswith("backprop ")
    assert "\n    backprop learn chain-rule\n" in process("--help").stdout
    assert process().stdout == process("--help").stdout


def test_a_formula_from_standard_input() -> None:
    done = process(
        "explain", "-", "--a", "2", "--b=-3", "--only", "gradients", stdin="a*b # note\n"
    )
    assert done.stdout == "Gradients\n  ∂f/∂a = -3\n  ∂f/∂b =  2\n"


def test_a_formula_that_begins_with_a_minus() -> None:
    done = process("explain", "-x^2", "--x", "-3", "--only", "gradients")
    assert done.stdout == "Gradients\n  ∂f/∂x = 6\n"


NO_UTF8 = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_arguments_are_utf_8_in_any_locale(tmp_path: Path) -> None:
    (tmp_path / "größe.csv").write_text("3\n4\n")
    done = process(
        *["explain", "‖q‖² + θ", "--q", f"@{tmp_path}/größe.csv", "--θ", "1", "--wrt", "θ"],
        *["--only", "gradients"],
        **NO_UTF8,
    )
    assert (done.stdout, done.stderr) == ("Gradients\n  df/d\\u03b8 = 1\n", "")


@pytest.mark.parametrize("locale", [NO_UTF8, {"LC_ALL": "C.UTF-8"}])
def test_an_argument_that_is_no_utf_8(locale: dict[str, str]) -> None:
    for arguments, said in [
        (["x\udce9y", "--x", "1"], "error: this is not valid UTF-8\n  x\\udce9y"),
        (["x", "--x", "\udce9"], "error: the value of 'x': this is not valid UTF-8"),
        (["x", "--x", "1", "--\udce9", "2"], "error: the formula has no input '\\udce9'"),
        (["x", "--x", "@\udce9.csv"], "error: there is no file \\udce9.csv"),
        (["x", "--x", "1", "-o", "\udce9.gif"], "error: the ending of '\\udce9.gif' says no"),
    ]:
        done = process("explain", *arguments, **locale)
        assert done.stderr.startswith(said)


def in_shell(arguments: list[str], rest: str) -> Any:
    """Run the command in bash, followed by a pipe or a redirection."""
    script = f"set -o pipefail; {shlex.join([*COMMAND, *arguments])} {rest}"
    return subprocess.run(
        ["bash", "-c", script], capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("rest", ["| head -1", "| head -c 1", ">&-", ">&- 2>&- <&-"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "x" + "+x" * 3000, "--x", "1", "--all"],
        ["explain", "x" + "+x" * 300, "--x", "1", "--format", "json"],
        ["gates"],
        ["--help"],
    ],
    ids=["table", "json", "gates", "help"],
)
def test_a_closed_pipe_or_output_is_no_error(arguments: list[str], rest: str) -> None:
    done = in_shell(arguments, rest)
    assert done.returncode == 0
    assert done.stderr == ""


def test_an_output_that_is_full() -> None:
    done = in_shell(CHAIN, "> /dev/full")
    assert done.returncode == 2
    assert done.stderr == "error: what is shown could not be written: No space left on device\n"


def test_a_closed_input() -> None:
    assert in_shell(["explain", "-"], "<&-").stderr.startswith("error: the formula is empty")
    assert in_shell([*CHAIN, "--step"], "<&-").returncode == 2


def test_ctrl_c_ends_it_without_a_traceback() -> None:
    running = subprocess.Popen(
        [*COMMAND, "explain", "x" + "+x" * 20_000, "--x", "1", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert running.stdout is not None
    running.stdout.read(1)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=20)
    assert running.returncode == 130
    assert errors.strip() == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_unicode(encoding: str) -> None:
    done = subprocess.run(
        [*COMMAND, *CHAIN, "--words"],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert b"df/dx = -4" in done.stdout


@pytest.mark.parametrize("columns", ["1", "20", "40", "80"])
@pytest.mark.parametrize(
    "arguments",
    [CHAIN, ["check", *CHAIN[1:]], ["check", *CHAIN[1:], "--sweep"], ["gates"], ["gates", "max"]],
    ids=["explain", "check", "sweep", "gates", "gate"],
)
def test_no_line_is_wider_than_the_terminal(arguments: list[str], columns: str) -> None:
    done = process(*arguments, COLUMNS=columns)
    assert 0 < max(map(len, done.stdout.splitlines())) <= max(20, int(columns))


def on_terminal(*arguments: str, keys: str = "", **environment: str) -> str:
    """What a terminal shows, after these keys."""
    leader, follower = pty.openpty()
    running = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "80"} | environment,
    )
    os.close(follower)
    os.write(leader, keys.encode())
    shown = b""
    while select.select([leader], [], [], 20)[0]:
        try:
            piece = os.read(leader, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(leader)
    assert running.wait(timeout=20) == 0
    return shown.decode()


def test_colour_on_a_terminal_unless_it_is_not_wanted() -> None:
    assert "\x1b[" in on_terminal(*CHAIN)
    assert "\x1b[3" not in on_terminal(*CHAIN, NO_COLOR="1")
    assert "\x1b[" not in process(*CHAIN).stdout


def test_step_by_step() -> None:
    whole = on_terminal(*CHAIN, "--step", keys="\n" * 9)
    assert "step 1 of 10" in whole
    assert "∂f/∂x = -4" in whole.replace("\x1b[0m", "").replace("\x1b[31m", "").replace(
        "\x1b[1m", ""
    )
    assert on_terminal(*CHAIN, "--step", keys="\n\nb\nq\n").count("step 2 of 10") == 2
    assert process(*CHAIN, "--step", stdin="").returncode == 2


def test_keys_that_mean_nothing_show_the_same_step_again() -> None:
    shown = on_terminal(*CHAIN, "--step", keys="é\n\n\x04", PYTHONIOENCODING="ascii")
    assert shown.count("step 1 of 10") == 2
    assert shown.count("step 2 of 10") == 1


def test_a_terminal_of_no_width_is_taken_as_one_of_80_columns() -> None:
    assert process(*CHAIN, COLUMNS="0").stdout == process(*CHAIN, COLUMNS="80").stdout


def test_a_student_whose_name_is_no_utf_8_has_the_name_of_her_file(tmp_path: Path) -> None:
    exercise = str(EXAMPLES / "exercises" / "chain.toml")
    done = process("exercise", "worksheet", exercise, "--student", "z\udcff")
    assert (done.returncode, done.stderr) == (0, "")
    assert 'student = "z\\\\xff"' in done.stdout
    for name, said in (("", "is empty"), (" ", "is empty"), ("x" * 201, "is longer than 200")):
        done = process("exercise", "variants", exercise, "--student", name)
        assert done.returncode == 2
        assert said in done.stderr


def test_a_link_to_itself_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "l.json").symlink_to("l.json")
    done = process(*CHAIN, "-o", str(tmp_path / "l.json"))
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_a_minus_is_standard_output() -> None:
    assert process(*CHAIN, "-o", "-").stdout == process(*CHAIN).stdout
    assert process(*CHAIN, "--format", "json", "-o", "-").stdout.startswith("{")


def test_a_closed_pipe_keeps_the_verdict(tmp_path: Path) -> None:
    exercise = str(EXAMPLES / "exercises" / "chain.toml")
    rows = [f'{{"student": "s{n}", "answers": {{"q": 77}}}}\n' for n in range(3000)]
    (tmp_path / "class.jsonl").write_text("".join(rows), encoding="utf-8")
    (tmp_path / "one.json").write_text(rows[0], encoding="utf-8")
    for handed_in in ("class.jsonl", "one.json"):
        done = in_shell(["grade", exercise, str(tmp_path / handed_in)], "| head -1")
        assert (done.returncode, done.stderr) == (1, "")
