"""Every reader of what others write, as a target: what it is meant to read, and what is done then."""

import atexit
import io
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import click
import numpy as np
from fuzzing.driver import Target
from fuzzing.mutation import VALUES
from mutated import STARTS

from backprop_cli.api import explain
from backprop_cli.batch.marking import Loaded, Marking, Memory, load
from backprop_cli.batch.submissions.parse import parse
from backprop_cli.batch.submissions.source import SubmissionSource
from backprop_cli.batch.submissions.submission import Raw
from backprop_cli.cli.main import backprop
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.authoring.worksheet import worksheet
from backprop_cli.exercises.code.mark import mark_code
from backprop_cli.exercises.marking.record import outcome
from backprop_cli.exercises.model.exercise import CodeGate
from backprop_cli.exercises.model.variants import Variants
from backprop_cli.gradebook.exports import EXPORT_FORMATS, export
from backprop_cli.gradebook.rows import graded_of
from backprop_cli.gradebook.sheet import Sheet, sheet_from
from backprop_cli.gradebook.store import Gradebook, Row
from backprop_cli.gradebook.students import chosen, latest_submissions, marked
from backprop_cli.gradebook.summary import summary
from backprop_cli.gradebook.views.page import page
from backprop_cli.graph.reading import Notation
from backprop_cli.inputs.arrays import read_array
from backprop_cli.inputs.bind import read_given
from backprop_cli.inputs.understand import understand
from backprop_cli.inputs.values import as_value, read_value
from backprop_cli.lessons.authoring.lesson_file import read_lesson
from backprop_cli.lessons.model.blocks import Block
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.model.lesson import Lesson
from backprop_cli.lessons.progress.progress import Book
from backprop_cli.lessons.progress.progress_marks import graded, read_export
from backprop_cli.lessons.progress.schedule import chosen as due
from backprop_cli.lessons.session.resume import exported, resumed
from backprop_cli.lessons.session.session import begin, typed
from backprop_cli.lessons.session.state import State
from backprop_cli.lessons.views.lesson import lines_of
from backprop_cli.render.json import explain_json
from backprop_cli.render.text.explain.screen import screen
from backprop_cli.render.text.options import Look
from backprop_cli.sandbox.limits import Limits
from backprop_cli.sandbox.report import Ending, Report

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
ODD_NUMBERS = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    1e308,
    5e-324,
    float("nan"),
    float("inf"),
    float("-inf"),
    1e-9,
    700.0,
)
LOOKS = (Look(), Look(20, 1, True), Look(200, 17))


@cache
def _folder() -> Path:
    """A folder for the files of this process."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    path = Path(tempfile.mkdtemp(prefix="fuzz-", dir=memory))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def _file(name: str, data: bytes) -> Path:
    path = _folder() / name
    path.write_bytes(data)
    return path


# Formulas, in three notations


def _formulas() -> list[bytes]:
    return [start.text.encode() for start in STARTS]


@cache
def _values() -> list[dict[str, Any]]:
    return [dict(start.inputs) for start in STARTS]


def _inputs(text: str, draw: Random) -> dict[str, Any]:
    """Values for names that formulas have; some odd ones among them."""
    fit = [inputs for inputs in _values() if all(name in text for name in inputs)]
    given = dict(draw.choice(fit or _values()))
    for name in draw.sample("xyzwabqtuvW", draw.choice((0, 0, 4))):
        given.setdefault(name, draw.choice((1.5, -2.0, [1.0, -2.0], [[0.5, 1.0], [2.0, -1.0]])))
    if given and draw.random() < 0.3:
        given[draw.choice(list(given))] = draw.choice(ODD_NUMBERS)
    return given


def _explained(text: str, draw: Random, notation: Notation | None = None) -> None:
    """Read a formula; run it on what it needs; look at the run."""
    given = _inputs(text, draw)
    given = {name: as_value(name, value) for name, value in given.items() if name in text}
    found = understand(text, given, "--{} VALUE".format, notation)
    found.graph()
    run = explain(text, given, upstream=draw.choice((None, None, None, 1.0, *ODD_NUMBERS)))
    kind = draw.randrange(4)
    if kind == 0:
        for line in screen(run, draw.choice(LOOKS)):
            assert "\x1b" not in line.plain
    elif kind == 1:
        json.loads("".join(explain_json(run)), parse_constant=lambda name: 1 / 0)
    elif kind == 2:
        repr(run)
    else:
        assert run.notes is not None


def _formula(data: bytes, draw: Random) -> None:
    _explained(data.decode("utf-8", draw.choice(("surrogateescape", "replace"))), draw)


def _latex(data: bytes, draw: Random) -> None:
    _explained(data.decode("utf-8", "replace"), draw, Notation.LATEX)


def _latex_seeds() -> list[bytes]:
    return [start.text.encode() for start in STARTS if "\\" in start.text]


def _python(data: bytes, draw: Random) -> None:
    _explained(data.decode("utf-8", "replace"), draw, Notation.PYTHON)


def _python_seeds() -> list[bytes]:
    known = [start.text.encode() for start in STARTS if "np." in start.text or "\n" in start.text]
    return [*known, (EXAMPLES / "code-gates" / "ada" / "gates.py").read_bytes()]


# Values


def _value_seeds() -> list[bytes]:
    return [
        b"1/3",
        b"[[1,2],[3,4]]",
        b"randn(3,4)",
        b"uniform(-1,1,3)",
        b"pi/4",
        b"-2e-3",
        b"1e5*[1,2]",
        b"nan",
        b"zeros(2)",
    ]


def _value(data: bytes, draw: Random) -> None:
    read_value("x", data.decode("utf-8", "replace"), draw.randrange(3))


def _inputs_seeds() -> list[bytes]:
    return [
        b'x = 3\nW = [[1.0, 2.0], [3.0, 4.0]]\nname = "randn(2)"\n',
        b'{"x": 3, "W": [[1, 2], [3, 4]], "v": "randn(2)"}',
        b'x = nan\ny = -inf\n"q" = 0x10\n',
    ]


def _inputs_file(data: bytes, draw: Random) -> None:
    read_given([], [str(_file(draw.choice(("inputs.toml", "inputs.json")), data))], 0)


def _array_seeds() -> list[bytes]:
    return [
        _saved(np.save, np.arange(6.0).reshape(2, 3)),
        _saved(np.save, np.arange(3)),
        _saved(np.save, np.array(["a"])),
    ]


def _archive_seeds() -> list[bytes]:
    return [
        _saved(np.savez, x=np.arange(3.0)),
        _saved(np.savez_compressed, x=np.arange(3.0), y=np.eye(2)),
    ]


def _saved(save: Callable[..., None], *arrays: Any, **named: Any) -> bytes:
    file = io.BytesIO()
    save(file, *arrays, **named)
    return file.getvalue()


def _text_table_seeds() -> list[bytes]:
    return [
        b"1,2\n3,4\n",
        b"1\n2\n",
        b"[[1, 2], [3, 4]]",
        b'{"x": [1, 2]}',
        b"1;2\n",
        "\ufeff1, 2".encode(),
    ]


def _array(suffix: str) -> Callable[[bytes, Random], None]:
    def read(data: bytes, draw: Random) -> None:
        read_array("x", str(_file(f"x{suffix or draw.choice(('.csv', '.json'))}", data)))

    return read


# Exercises and submissions


@cache
def _exercises() -> list[bytes]:
    return [path.read_bytes() for path in sorted((EXAMPLES / "exercises").glob("*.toml"))]


def _exercise(data: bytes, draw: Random) -> None:
    exercise = read_exercise(data, "e.toml")
    variants = Variants(exercise) if exercise.circuit else None
    worksheet(exercise, variants, "ada")


@cache
def _memory(place: int) -> Memory:
    return Memory(load(Marking(_exercises()[place], "e.toml", "none")))


def _plain_exercises() -> list[int]:
    return [place for place, data in enumerate(_exercises()) if b"[[code]]" not in data]


def _class_seeds() -> list[bytes]:
    files = [path.read_bytes() for path in sorted((EXAMPLES / "class").rglob("*.toml"))]
    lines = [
        b'{"student": "ada", "answers": {"q": 3, "df/dx": "-4", "df/dy": [1, 2]}}',
        b'{"answers": {"f": null}}',
    ]
    return [*files, *lines]


def _submission(data: bytes, draw: Random) -> None:
    kind = draw.choice(("json", "toml"))
    place = draw.choice(_plain_exercises())
    memory = _memory(place)
    raw = Raw("a file", draw.choice(("", "ada", "\udcff")), data, kind)
    graded_of("ada", memory.marked(raw).earned.outcome)


def _answers(data: bytes, draw: Random) -> None:
    """The same bytes as the answer to every question."""
    memory = _memory(draw.choice(_plain_exercises()))
    text = data.decode("utf-8", "surrogateescape")
    names = [asked.name for asked in memory._marker.exercise.questions]
    record = {"student": "ada", "answers": dict.fromkeys(names, text)}
    graded_of("ada", memory.marked(Raw("line", "", json.dumps(record).encode())).earned.outcome)


def _answer_seeds() -> list[bytes]:
    return [b"-4", b"1/3", b"[1, 2]", b"[[1,2],[3,4]]", b"2*q*x", b"(2, 3)", b"mul", b"add gate", b"W.T @ g", b"1e-3", "½".encode(),
            b"sigmoid(x)*(1-sigmoid(x))", b"g x^T", b"\\frac{1}{2}", b"scalar", b"2x3", b"2,5", b"line 3"]  # fmt: skip


def _table_seeds() -> list[bytes]:
    return [
        b'student,q,df/dx\nada,3,-4\nbob,,"1,5"\n',
        b"sep=;\nStudent ID;q;df/dx\nada;3;0,5\n",
        b'student\tq\n"a\nb"\t3\n',
        b'{"student": "ada", "answers": {"q": 3}}\n{"student": "bob", "answers": {"q": "x"}}\n',
    ]


def _zip_seeds() -> list[bytes]:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("ada.toml", b'student = "ada"\n[answers]\nq = 3\n')
        archive.writestr("bob/answers.json", b'{"answers": {"q": 3}}')
        archive.writestr("bob/gates.py", b"class A: pass\n", compress_type=zipfile.ZIP_DEFLATED)
    return [file.getvalue()]


def _class(*suffixes: str) -> Callable[[bytes, Random], None]:
    def read(data: bytes, draw: Random) -> None:
        path = str(_file(f"class{draw.choice(suffixes)}", data))
        SubmissionSource([path]).is_one()
        for raw in SubmissionSource([path], draw.choice((None, None, "eve"))):
            parse(raw)

    return read


# What the code of a student says


def _reply_seeds() -> list[bytes]:
    value = {"array": [[1.0, 2.0], [3.0, 4.0]]}
    good = {
        "results": [None, {"number": 6.0}, {"list": [{"number": 15.0}, value]}],
        "changed": False,
    }
    bad = {
        "results": [None],
        "error": {"kind": "NameError", "text": "name 'z'", "line": 3, "name": "z"},
    }
    return [
        json.dumps(each).encode()
        for each in (good, bad, {"results": [None, value, {"other": "str"}]})
    ]


class _Liar:
    """A box in which the code says what a fuzzer made up."""

    def __init__(self, data: bytes, draw: Random) -> None:
        self.data, self.draw, self.limits = data, draw, Limits()

    def run(self, source: bytes, requests: Any) -> Report:
        try:
            reply = json.loads(self.data)
        except (ValueError, RecursionError):
            reply = None
        loaded = self.draw.choice(
            ({"loaded": True}, {"classes": ["MultiplyGate"]}, {"error": reply}, reply)
        )
        replies = tuple(
            {**reply, "changed": False} if isinstance(reply, dict) else reply for _ in requests
        )
        return Report("none", self.draw.choice(list(Ending)), True, loaded, replies, "\x1b[2J")


def _reply(data: bytes, draw: Random) -> None:
    box: Any = _Liar(data, draw)
    mark_code(b"class MultiplyGate: pass", [CodeGate("MultiplyGate", "mul", 7)], box)


# Gradebooks and records


@cache
def _exercise_loaded() -> Loaded:
    return load(Marking((EXAMPLES / "exercises" / "chain.toml").read_bytes(), "chain.toml"))


@cache
def _rows() -> list[Row]:
    memory = Memory(_exercise_loaded())
    rows = []
    for number, answers in enumerate(({"q": 3}, {"q": "x", "df/dx": 5}, {}, {"f": [1]}, "none")):
        line = json.dumps({"student": f"s{number}", "answers": answers}).encode()
        done = memory.marked(Raw("line 1", "", line))
        rows.append(Row(done.digest, done.student, done.source, done.earned.outcome))
    return rows


@cache
def _book() -> bytes:
    path = _folder() / "seed.db"
    loaded = _exercise_loaded()
    with Gradebook.open(str(path)) as book:
        place = book.exercise(loaded.hash, loaded.title, loaded.text, loaded.questions)
        book.add(place, _rows())
        with book.writing() as sql:
            sql.execute("INSERT INTO manual VALUES (?, 's1', 'q', 1.0, 'why')", (loaded.title,))
    return path.read_bytes()


def _shown(path: Path, draw: Random) -> None:
    """All that can be asked of a gradebook."""
    with Gradebook.open(str(path), create=draw.random() < 0.5) as book:
        exercise = chosen(book, None)
        summary(book, exercise)
        "".join(page(summary(book, exercise), latest_submissions(book, exercise)))
        for graded_ in marked(book, exercise):
            outcome(graded_)
        format_ = draw.choice(EXPORT_FORMATS).name
        if format_ != "gradescope":
            "".join(export(format_, sheet_from(book, exercise, None)))
        book.add(exercise.id, _rows())


def _book_bytes(data: bytes, draw: Random) -> None:
    _shown(_file("bytes.db", data), draw)


COLUMNS = {
    "exercise": ("hash", "marking", "title", "text", "questions"),
    "latest": ("title", "exercise"),
    "outcome": ("id", "digest"),
    "record": ("id", "text"),
    "submission": ("exercise", "digest", "student", "source", "outcome"),
    "manual": ("title", "student", "question", "points", "reason"),
}


def _book_cells(data: bytes, draw: Random) -> None:
    """A gradebook whose cells somebody has changed with SQLite's own tools; `data` is one of them."""
    path = _file("cells.db", _book())
    sql = sqlite3.connect(path)
    numbers = [*ODD_NUMBERS, 2**63 - 1, -1, None]
    for _ in range(draw.choice((1, 1, 3))):
        table = draw.choice(list(COLUMNS))
        value = draw.choice((data, data.decode("utf-8", "replace"), draw.choice(numbers)))
        with suppress(sqlite3.IntegrityError, UnicodeEncodeError):
            column, cast = draw.choice(COLUMNS[table]), draw.choice(("?", "CAST(? AS TEXT)"))
            sql.execute(f"UPDATE {table} SET {column} = {cast} WHERE random() % 2", (value,))
    sql.commit()
    sql.close()
    _shown(path, draw)


def _record_seeds() -> list[bytes]:
    return [row.outcome.encode() for row in _rows()]


def _record(data: bytes, draw: Random) -> None:
    """A record is refused by one of these, which its readers know, or it can be shown."""
    loaded = _exercise_loaded()
    try:
        found = graded_of("ada", data.decode("utf-8", "strict"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BackpropError("no record") from None
    outcome(found)
    format_ = draw.choice(EXPORT_FORMATS).name
    "".join(export(format_, Sheet(loaded.title, loaded.questions, iter([found]))))


# Lessons and progress


@cache
def _lessons() -> list[bytes]:
    return [path.read_bytes() for path in sorted((ROOT / "lessons").glob("*.toml"))]


def _lesson(data: bytes, draw: Random) -> None:
    lesson = read_lesson(data, "lesson.toml")
    course = Course(lesson, "ada")
    reply = begin(course, resumed(course, []))
    _show(reply.blocks, draw)
    for _ in range(4):
        reply = typed(
            course, reply.state, draw.choice(("", "hint", "show", "why", "play", "3", "skip"))
        )
        _show(reply.blocks, draw)


def _show(blocks: tuple[Block, ...], draw: Random) -> None:
    for block in blocks:
        list(lines_of(block, draw.choice(LOOKS)))


@cache
def _known_lesson(place: int) -> Lesson:
    return read_lesson(_lessons()[place], "lesson.toml")


def _typed(data: bytes, draw: Random) -> None:
    """What a learner types, in a lesson of ours."""
    lesson = _known_lesson(draw.randrange(len(_lessons())))
    course = Course(lesson, "ada")
    state = State(draw.randrange(len(lesson.steps)))
    _show(typed(course, state, data.decode("utf-8", "surrogateescape")).blocks, draw)


def _progress_seeds() -> list[bytes]:
    head = {"schema": "backprop/progress/v1", "learner": "3f2a"}
    at, name = "2026-01-02T03:04:05Z", _known_lesson(0).name
    step = _known_lesson(0).steps[1].name
    entries = [
        {
            "at": at,
            "lesson": name,
            "what": what,
            "step": step,
            "question": "q",
            "answer": "3",
            "to": [step, 0],
        }
        for what in ("read", "tried", "solved", "shown", "finished", "reset")
    ]
    entries[1]["mistakes"] = ["mul-not-switched"]
    entries += [
        {
            "at": at,
            "lesson": "practice",
            "what": "solved",
            "step": "mul-not-switched.1",
            "question": "q",
        }
    ]
    lines = [json.dumps(each).encode() for each in (head, *entries)]
    export_ = json.dumps({**head, "entries": entries}).encode()
    return [b"\n".join(lines) + b"\n", b"\n".join(lines[:3]), export_]


def _progress(data: bytes, draw: Random) -> None:
    folder = _folder() / "progress"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "progress.jsonl").write_bytes(data)
    progress = Book(folder).read()
    json.dumps(exported(progress))
    due(progress, datetime.now(UTC), 4)
    with suppress(BackpropError):
        progress = read_export(data, "progress.json")
    lesson = _known_lesson(0)
    graded(lesson, progress, "ada")
    resumed(Course(lesson, progress.learner), progress.of(lesson.name))
    due(progress, datetime.now(UTC), 4)


# The whole command line, in this process

COMMANDS = [
    ["explain", "(x+y)*z", "--x", "-2", "--y", "5", "--z", "-4"], ["explain", "mean(x)", "--x", "[1,2]", "--upstream", "1"],
    ["explain", "W@x", "--W", "randn(2,2)", "--x", "ones(2)", "--upstream", "ones(2)", "--words"],
    ["explain", "x*y", "--set", "x=1", "--y", "2", "--check", "--digits", "3", "--ascii"],
    ["explain", "--file", "formula.txt", "--inputs", "inputs.toml", "--seed", "3", "--read", "latex"],
    ["explain", "||W@x||^2", "--W", "ones(2,2)", "--x", "[1,2]", "--jacobian", "all", "--only", "gradients"],
    ["explain", "1/(1+exp(-x))", "--x", "1", "--fold", "sigmoid", "--flow"], ["explain", "x^2", "--x", "3", "--closed"],
    ["explain", "x*y", "--x", "1", "--y", "2", "--format", "json"], ["explain", "x*y", "--x", "1", "--y", "2", "--format", "latex"],
    ["explain", "x*y", "--x", "1", "--y", "2", "--format", "python", "--style", "gates"], ["check", "x*sigmoid(x)", "--x", "1", "--sweep"],
    ["hessian", "x*y^2", "--x", "3", "--y", "2"], ["modes", "x*y", "--x", "3", "--y", "2"], ["gates", "mul"], ["gates"],
    ["grade", "chain.toml", "class.csv", "--student", "eve"], ["grade", "chain.toml", "class.jsonl", "--format", "json"],
    ["grade", "chain.toml", "ada.toml", "--show-key"], ["grade", "chain.toml", "class.csv", "--gradebook", "new.db"],
    ["grade", "chain.toml", "folder", "--format", "junit"], ["gradebook", "class.db"], ["gradebook", "class.db", "--student", "s1"],
    ["gradebook", "class.db", "--export", "canvas"], ["gradebook", "set", "class.db", "s1", "q", "1", "--reason", "why"],
    ["gradebook", "diff", "class.db", "chain.toml"], ["gradebook", "import", "class.db", "progress.json", "--student", "ada"],
    ["exercise", "check", "chain.toml"], ["exercise", "worksheet", "chain.toml", "--student", "ada"],
    ["exercise", "variants", "chain.toml", "--student", "ada"], ["exercise", "new", "--level", "1", "--seed", "3"],
    ["learn"], ["learn", "chain-rule", "--answers", "answers.txt"], ["practice", "--answers", "answers.txt"], ["lessons", "check"],
]  # fmt: skip
"""Without options that write to a file of any name."""

WRITES = (
    "-o",
    "--output",
    "--html",
    "--open",
    "--export",
    "--file",
    "--cluster",
    "--jobs",
    "--step",
)
"""Options that write somewhere, start others or wait for keys: never made up, only kept."""


@cache
def _desk() -> Path:
    """A folder with a file of each kind."""
    desk = _folder() / "desk"
    (desk / "folder").mkdir(parents=True)
    files = {
        "chain.toml": (EXAMPLES / "exercises" / "chain.toml").read_bytes(),
        "class.csv": _table_seeds()[0],
        "class.jsonl": _table_seeds()[3],
        "ada.toml": _class_seeds()[0],
        "folder/ada.toml": _class_seeds()[0],
        "folder/bob.json": _class_seeds()[-1],
        "formula.txt": rb"\frac{x}{y}",
        "inputs.toml": b"x = 3\ny = 2\n",
        "class.db": _book(),
        "progress.json": _progress_seeds()[2],
        "answers.txt": b"\nhint\n3\n-4\nshow\nskip\n",
    }
    for name, data in files.items():
        (desk / name).write_bytes(data)
    return desk


def _command_seeds() -> list[bytes]:
    return ["\0".join(command).encode() for command in COMMANDS]


@cache
def _option_names() -> list[str]:
    def below(command: click.Command) -> Iterator[click.Command]:
        yield command
        if isinstance(command, click.Group):
            for name in command.list_commands(click.Context(command)):
                found = command.get_command(click.Context(command), name)
                if found is not None:
                    yield from below(found)

    params = [param for command in below(backprop) for param in command.params]
    names = {name for param in params if isinstance(param, click.Option) for name in param.opts}
    return sorted(names - set(WRITES))


def _changed_arguments(arguments: list[str], draw: Random) -> list[str]:
    arguments = list(arguments)
    for _ in range(draw.randint(1, 3)):
        place, kind = draw.randint(0, len(arguments)), draw.randrange(5)
        if kind == 0 and arguments:
            del arguments[min(place, len(arguments) - 1)]
        elif kind == 1:
            arguments.insert(place, draw.choice(_option_names()))
        elif kind == 2:
            arguments[place:place] = [draw.choice(_option_names()), str(draw.choice(VALUES))]
        elif kind == 3 and arguments:
            arguments[min(place, len(arguments) - 1)] = str(draw.choice(VALUES))
        elif arguments:
            other = draw.choice(COMMANDS)
            arguments[min(place, len(arguments) - 1)] = draw.choice(other)
    return [_as_given(argument) for argument in arguments]


def _as_given(argument: str) -> str:
    """An argument as a system hands it on: bytes without a zero."""
    data = argument.replace("\0", "").encode("utf-8", "surrogatepass")
    return data.decode("utf-8", "surrogateescape")


def _command(data: bytes, draw: Random) -> None:
    """A command line, some of whose words were lost, added or taken from another."""
    words = data.decode("utf-8", "surrogateescape").split("\0")
    if draw.random() < 0.8:
        words = _changed_arguments(draw.choice(COMMANDS), draw)
    if (
        any(word.partition("=")[0] in WRITES or word[:2] == "-o" for word in words[1:])
        and "formula.txt" not in words
    ):
        words = [
            word
            for word in words
            if word[:1] != "-" or (word[:2] == "--" and word.partition("=")[0] not in WRITES)
        ]
    before = Path.cwd()
    os.environ["BACKPROP_HOME"] = str(_folder() / "home")
    os.chdir(_desk())
    try:
        with _nothing_shown():
            backprop.main(words, prog_name="backprop", standalone_mode=False)
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise BackpropError("a usage error") from None
    except (OSError, SystemExit):
        raise BackpropError("what the system refuses") from None
    finally:
        os.chdir(before)


@cache
def _nowhere() -> io.TextIOWrapper:
    return open(os.devnull, "r+", encoding="utf-8", errors="backslashreplace")


class _nothing_shown:
    """Standard streams that lead nowhere."""

    def __enter__(self) -> None:
        import sys

        self.before = sys.stdin, sys.stdout, sys.stderr
        sys.stdin = sys.stdout = sys.stderr = _nowhere()

    def __exit__(self, *_: object) -> None:
        import sys

        sys.stdin, sys.stdout, sys.stderr = self.before


TARGETS = (
    Target("formula", _formulas, _formula),
    Target("latex", _latex_seeds, _latex),
    Target("python", _python_seeds, _python),
    Target("value", _value_seeds, _value),
    Target("inputs", _inputs_seeds, _inputs_file),
    Target("npy", _array_seeds, _array(".npy")),
    Target("npz", _archive_seeds, _array(".npz")),
    Target("table of values", _text_table_seeds, _array("")),
    Target("exercise", _exercises, _exercise),
    Target("lesson", _lessons, _lesson),
    Target("typed in a lesson", _answer_seeds, _typed),
    Target("submission", _class_seeds, _submission),
    Target("answer", _answer_seeds, _answers),
    Target("class", _table_seeds, _class(".csv", ".jsonl")),
    Target("zip", _zip_seeds, _class(".zip")),
    Target("reply of code", _reply_seeds, _reply),
    Target("gradebook", lambda: [_book()], _book_bytes),
    Target("cells of a gradebook", _record_seeds, _book_cells),
    Target("record", _record_seeds, _record),
    Target("progress", _progress_seeds, _progress),
    Target("command line", _command_seeds, _command),
)
