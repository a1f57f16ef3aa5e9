"""`backprop exercise`, as sessions: what is made, what is printed, and what is refused.

The sessions are in golden/exercise.txt. After a change that is meant:
pytest tests/cli/test_exercise.py --regen-all
"""

import json
import os
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from golden import same_text

GOLDEN = Path(__file__).with_name("golden") / "exercise.txt"

SESSIONS = [
    "exercise new '(x+y)*z' --ask all -o chain.toml",
    "exercise new '(x+y)*z' --x -2 --same --ask 'q,df/dx,pattern(q)' --points 2 --title 'A chain'",
    "exercise new 'x*y' --kind gaps --seed monday",
    "exercise new 'x*y' --kind wrong-line",
    "exercise new 'x*y' --kind patterns",
    "exercise new 'q = W @ x; f = ||q||^2' --shape W=2x3 --shape x=3 --kind shapes",
    "exercise new 'q = W @ x; f = ||q||^2' --shape W=2x2 --shape x=2 --ask 'df/dW[0,1],df/dx'",
    "exercise new 'x*sigmoid(x)' --kind formulas",
    "exercise new 'x*y + z' --kind code",
    "exercise new --level 1 --seed 7",
    "exercise worksheet chain.toml --student ada",
    "exercise worksheet chain.toml --student ada -o ada.toml",
    "exercise check chain.toml",
    "exercise variants chain.toml --count 3",
    "exercise variants chain.toml --student ada --student bob --key",
    # What cannot be done
    "exercise new '(x+y)*z' -o chain.toml",
    "exercise worksheet chain.toml --student ada -o ada.toml",
    "exercise worksheet chain.toml --student ada -o sheet.html",
    "exercise new 'x*y' -o chain.json",
    "exercise worksheet chain.toml",
    "exercise worksheet missing.toml --student ada",
    "exercise worksheet chain.json --student ada",
    "exercise worksheet . --student ada",
    "exercise new",
    "exercise new 'x*' ",
    "exercise new 'x*y' --level 1",
    "exercise new --level 6",
    "exercise new --level 0",
    "exercise new 'x*y' --kind puzzle",
    "exercise new 'x*y' --ask 'q'",
    "exercise new 'x*y' --ask ''",
    "exercise new 'x*y' --ask 'df/dx,df/dx'",
    "exercise new 'x*y' --z 3",
    "exercise new 'x*y' --shape z=3",
    "exercise new 'x*y' --shape x=0",
    "exercise new 'x*y' --shape x=1000",
    "exercise new 'x*y' --shape three",
    "exercise new 'W @ x' --shape W=2x3 --shape x=2",
    "exercise new 'W @ x' --x '[1, 2]'",
    "exercise new 'sum(x*y)' --x '[1, 2]' --shape y=3",
    "exercise new 'log(-x^2)'",
    "exercise new 'relu(-exp(x))*0 + log(0*x)'",
    "exercise new 'x*y' --points -1",
    "exercise new 'x*y' --points nan",
    "exercise new 'x*y' --x inf",
    "exercise new 'x*y' --title '' --seed ''",
    "exercise new '3*4'",
    "exercise new 'x@y' --kind code",
    "exercise check missing.toml",
    "exercise check bad.toml",
    "exercise variants code.toml",
    "exercise check code.toml",
    "exercise wrksheet chain.toml",
    "exercise check collide.toml",
]

FILES = {
    "bad.toml": 'schema = "backprop/exercise/v1"\ntitle = "t"\nformula = "x*y"\nx = 3\n',
    "chain.json": "{}",
    "code.toml": 'schema = "backprop/exercise/v1"\ntitle = "t"\n'
    '[[code]]\nclass = "MultiplyGate"\ngate = "mul"\n',
    "collide.toml": 'schema = "backprop/exercise/v1"\ntitle = "Twos"\nformula = "x*y"\n'
    '[inputs]\nx = 2\ny = 2\n[marking]\nmistakes = ["mul-not-switched"]\n'
    '[[questions]]\nask = "df/dx"\n',
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of exercises."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_every_session(backprop: Callable[..., Any]) -> None:
    told = []
    for command in SESSIONS:
        before = {path: path.read_bytes() for path in Path().iterdir()}
        ran = backprop(*shlex.split(command))
        for path, data in before.items():
            assert path.read_bytes() == data, f"{command} wrote over {path}"
        told.append(f"$ backprop {command}\n{ran.out}{ran.err}[status {ran.status}]\n")
    text = "\n".join(told)
    same_text(GOLDEN, text)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("level", range(1, 6))
def test_a_fresh_exercise_of_each_level_can_be_checked(
    backprop: Callable[..., Any], level: int
) -> None:
    path = f"level{level}.toml"
    assert backprop("exercise", "new", "--level", str(level), "-o", path).status == 0
    checked = backprop("exercise", "check", path, "--variants", "3")
    assert checked.status == int("cannot be told" in checked.out)
    assert "not finite or at a kink" not in checked.out


@pytest.mark.usefixtures("folder")
def test_the_seed_and_the_student_decide(backprop: Callable[..., Any]) -> None:
    first = backprop("exercise", "new", "--level", "2", "--seed", "a").out
    assert backprop("exercise", "new", "--level", "2", "--seed", "a").out == first
    assert backprop("exercise", "new", "--level", "2", "--seed", "b").out != first
    Path("e.toml").write_text(first, encoding="utf-8")
    lines = [backprop("exercise", "variants", "e.toml", "--student", s).out for s in "abcdef"]
    assert len({json.loads(line)["variant"] for line in lines}) > 1


def test_a_terminal_without_unicode_gets_a_sheet_that_reads_back(folder: Path) -> None:
    (folder / "e.toml").write_text(FILES["collide.toml"], encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "backprop_cli",
            "exercise",
            "worksheet",
            "e.toml",
            "--student",
            "Zoë",
        ],
        capture_output=True,
        env=environment,
        cwd=folder,
        check=True,
    )
    assert tomllib.loads(ran.stdout.decode())["student"] == "Zoë"
