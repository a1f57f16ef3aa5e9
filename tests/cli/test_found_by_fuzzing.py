"""What fuzzing found, seen from outside: a message and a status, and never a traceback."""

import json
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from from_outside import CHAIN, HOME, process

TABLE = "student,q,df/dx\nada,3,-4\neve,5,6\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("book")
    (folder / "class.csv").write_text(TABLE)
    assert process(folder, "grade", str(CHAIN), "class.csv", "--gradebook", "b.db").returncode == 1
    manual = ["b.db", "ada", "q", "1", "--reason", "right"]
    assert process(folder, "gradebook", "set", *manual).returncode == 0
    return (folder / "b.db").read_bytes()


def test_a_class_has_no_one_student(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text(TABLE)
    (tmp_path / "head.csv").write_text("student,q\n")
    done = process(tmp_path, "grade", str(CHAIN), "class.csv", "--student", "eve")
    assert done.returncode == 2
    assert done.stderr == "error: --student says whose one submission is, and this is a class\n"
    done = process(tmp_path, "grade", str(CHAIN), "head.csv", "--student", "eve")
    assert done.returncode == 2
    assert "this has no submission" in done.stderr


def test_an_upstream_of_nan_is_taught_with(tmp_path: Path) -> None:
    done = process(tmp_path, "explain", "mean(x)", "--x", "[1,2]", "--upstream", "nan")
    assert done.returncode == 0
    assert "born in the backward pass at the mean gate, where the upstream is nan" in " ".join(
        done.stdout.split()
    )


CELLS = [
    "UPDATE manual SET points = 'many'",
    "UPDATE manual SET points = 9e999",
    "UPDATE manual SET reason = x'ff'",
    "UPDATE record SET text = replace(text, '\"points\":0.0', '\"points\":9e999')",
    'UPDATE record SET text = replace(text, \'"points":0.0\', \'"points":"many"\')',
    "UPDATE record SET text = CAST(x'7b22ff7d' AS TEXT)",
    "UPDATE record SET text = CAST(x'ff' AS TEXT)",
    "UPDATE exercise SET questions = '[[\"q\", 1e999]]'",
    "UPDATE submission SET student = CAST(x'ff' AS TEXT)",
]


@pytest.mark.parametrize("change", CELLS)
def test_a_book_that_somebody_changed_is_damaged(tmp_path: Path, book: bytes, change: str) -> None:
    path = tmp_path / "b.db"
    path.write_bytes(book)
    sql = sqlite3.connect(path)
    assert sql.execute(change).rowcount > 0
    sql.commit()
    sql.close()
    done = process(tmp_path, "gradebook", "b.db")
    assert done.returncode == 2
    assert "b.db is damaged" in done.stderr
    student = process(tmp_path, "gradebook", "b.db", "--student", "ada")
    assert student.returncode in (0, 2)


def test_an_array_of_characters_that_there_are_not(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array(["a"]))
    data = (tmp_path / "x.npy").read_bytes()
    (tmp_path / "x.npy").write_bytes(data[:-4] + b"\xff\xff\xff\x7f")
    done = process(tmp_path, "explain", "sum(x)", "--x", "@x.npy")
    assert done.returncode == 2
    assert "'x' is not a number or a list of numbers" in done.stderr


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "2026-13-45"])
def test_progress_of_another_age(tmp_path: Path, at: str) -> None:
    (tmp_path / HOME).mkdir()
    head = {"schema": "backprop/progress/v1", "learner": "ada"}
    entry = {"at": at, "lesson": "chain-rule", "what": "tried", "mistakes": ["mul-not-switched"]}
    now = {**entry, "at": "2026-01-02T03:04:05Z"}
    lines = [json.dumps(line) + "\n" for line in (head, entry, now)]
    (tmp_path / HOME / "progress.jsonl").write_text("".join(lines))
    assert process(tmp_path, "practice").returncode == 0
    assert process(tmp_path, "learn").returncode == 0


@pytest.mark.parametrize("rule", ["-" * 199 + "g", "(" * 99 + "g" + ")" * 99, "g^" * 99 + "g"])
def test_a_rule_of_199_signs_is_run_or_refused(tmp_path: Path, rule: str) -> None:
    own = '\n[[mistakes]]\nname = "mine"\nsays = "No."\ngates = ["mul"]\na = "RULE"\n'
    (tmp_path / "e.toml").write_text(CHAIN.read_text("utf-8") + own.replace("RULE", rule))
    (tmp_path / "ada.toml").write_text('student = "ada"\n[answers]\nq = 3\n"df/dx" = 2\n')
    done = process(tmp_path, "grade", "e.toml", "ada.toml")
    assert done.returncode in (1, 2)
    assert done.returncode == 1 or "e.toml" in done.stderr
    done = process(tmp_path, "exercise", "check", "e.toml")
    assert done.returncode in (0, 1, 2)


FORMULAS = [
    "for i in range(10**30):\n    h = i",
    "y = [1, 0]\nL = -np.log(P[range(18446744073709551616), y]).mean()",
    "y = [1e400, 0]\nL = -np.log(P[range(2), y]).mean()",
    "np\rsum(np.maximum(0, W.dot(x) + b))",
    "np.sum(np.dot(x) + b)",
    r"-\sum_{i=1}^{2}1/0y_i \log \left(p_i\right)",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_that_are_refused(tmp_path: Path, formula: str) -> None:
    done = process(tmp_path, "explain", formula, "--P", "[[1,2],[3,4]]", "--x", "[1,2]")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
