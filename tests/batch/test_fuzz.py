"""Whatever a student writes, it is marked: no traceback, no hang, and the next one as before."""

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.batch.marking import Marked, Marking, Memory, load
from backprop_cli.batch.submissions.submission import Raw
from backprop_cli.exercises.marking.result import Verdict
from backprop_cli.gradebook.rows import graded_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
EXERCISES = [
    path
    for path in sorted(EXAMPLES.rglob("*.toml"))
    if "backprop/exercise/v1" in (text := path.read_text("utf-8")) and "[[code]]" not in text
]

WORDS = ["", "-", "nan", "inf", "1/0", "9^9^9^9", "x", "2*q*x.T", "[", "[1,", "[[1],[2,3]]", "(2,)", "add",
         "router", "1e400", "-" * 3000, "(" * 3000, "x" * 5000, "\ud800", "\x00", "１", "π", "=1+1", "0x10",
         "1_000", "True", "q = 3", "sum(x)", "[" * 200 + "]" * 200, "1,5", "½", "−4"]  # fmt: skip

SIMPLE = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from([10**400, -(10**18), 1e308, -0.0])
)
ANSWER = st.recursive(
    SIMPLE | st.floats() | st.sampled_from(WORDS) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=6,
)


@cache
def memory_of(path: Path) -> Memory:
    return Memory(load(Marking(path.read_bytes(), str(path))))


def mark(memory: Memory, answers: object) -> Marked:
    line = json.dumps({"student": "ada", "answers": answers})
    return memory.marked(Raw("line 1", "", line.encode()))


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
@settings(max_examples=25)
@given(data=st.data())
def test_any_answers_are_marked(path: Path, data: st.DataObject) -> None:
    memory = memory_of(path)
    names = [asked.name for asked in memory._marker.exercise.questions]
    asked = st.dictionaries(st.sampled_from(names) | st.text(max_size=5), ANSWER, max_size=8)
    marked = mark(memory, data.draw(asked))
    graded = graded_of("ada", marked.earned.outcome)
    assert len(graded.marks) == len(names)
    assert 0 <= graded.points <= graded.possible
    json.dumps(marked.earned.outcome).encode()


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
@pytest.mark.parametrize("word", WORDS, ids=range(len(WORDS)))
def test_any_word_is_an_answer_to_any_question(path: Path, word: str) -> None:
    memory = memory_of(path)
    names = [asked.name for asked in memory._marker.exercise.questions]
    graded = graded_of("ada", mark(memory, dict.fromkeys(names, word)).earned.outcome)
    if word in ("", "nan", "1/0", "[", "\x00"):
        assert not any(m.verdict is Verdict.CORRECT for m in graded.marks)
