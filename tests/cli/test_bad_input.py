"""Each bad input gets its own message: exact, on standard error, with status 2 and no traceback.

The messages are in golden/bad_input.txt. After a change that is meant:
pytest tests/cli/test_bad_input.py --regen-all
"""

import os
import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from golden import same_text

GOLDEN = Path(__file__).with_name("golden") / "bad_input.txt"

HEADER = b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }\n"
LIES = b"\x93NUMPY\x01\x00" + len(HEADER).to_bytes(2, "little") + HEADER
"""An array that says it has more elements than there are addresses."""

BAD = [
    "explain",
    "explain ''",
    "explain '# only a note'",
    "explain '(x+y' --x 1 --y 1",
    "explain 'x+y)' --x 1 --y 1",
    "explain '(x+y]' --x 1 --y 1",
    "explain '||x' --x 1",
    "explain 'x +' --x 1",
    "explain '* x' --x 1",
    "explain 'x/2y' --x 1 --y 2",
    "explain 'log x y' --x 1 --y 1",
    "explain 'g(2)'",
    "explain 'sgmoid(x)' --x 1",
    "explain 'x + alpah' --x 1 --alpha 2",
    "explain 'sin(x, y)' --x 1 --y 1",
    "explain 'max()'",
    "explain 'exp(x, axis=1)' --x 1",
    "explain 'sum(x, axis=2)' --x '[[1,2]]'",
    "explain 'sum(x, axis=1)' --x '[1,2]'",
    "explain 'sum(x, axis=0, axis=1)' --x '[[1,2]]'",
    "explain 'x == y' --x 1 --y 1",
    "explain 'x[x > 1]' --x 1",
    "explain 'x + y = 3' --x 1 --y 1",
    "explain 'q = x; q = x + 1' --x 1",
    "explain 'f = q*x; q = x' --x 1 --q 1",
    "explain '|x' --x 1",
    "explain 'x[0:2]' --x '[1,2,3]'",
    "explain '\\foo{x}' --x 1",
    "explain '1½*x' --x 1",
    "explain '1e400*x' --x 1",
    f"explain 'x{'²' * 400}' --x 1",
    f"explain '{'long' * 100}' --x 1",
    f"explain 'max({'x,' * 1000}x)' --x 1",
    f"explain 'sum([{'x,' * 1000}x])' --x 1",
    "explain 'W @ x' --W '[[1,2],[3,4]]' --x '[1,2,3]'",
    "explain 'W + x' --W '[[1,2],[3,4]]' --x '[1,2,3]'",
    "explain 'dot(x, y)' --x '[1,2]' --y '[1,2,3]'",
    "explain 'x * y.T' --x '[1,2]' --y '[1,2,3]'",
    "explain '[x, y]' --x '[1,2]' --y '[1,2,3]'",
    "explain 'x[5]' --x '[1,2,3]'",
    "explain 'x[1e300]' --x '[1,2,3]'",
    "explain 'x[y]' --x '[1,2,3]' --y 1.5",
    "explain '2*x' --x '[1,2,3]'",
    "explain '2*x' --x '[1,2,3]' --upstream '[1,2]'",
    "explain 'sum(x @ y.T)' --x 'ones(9000)' --y 'ones(9000)'",
    "explain 'x*y' --x 1",
    "explain 'abc' --ab 1 --bc 2 --a 1 --c 1",
    "explain 'x + sinx' --x 1",
    "explain 'Wx' --x '[1,2]' --W '[[1,2]]'",
    "explain '‖W·x‖²' --x '[1,2]' --W '[[1,2]]'",
    "explain 'W^T@x' --x '[1,2]' --W '[[1,2]]'",
    "explain 'exp()' --x 1",
    "explain 'f = q*2; q = x+1' --x 1",
    "explain 'y = e*x; e = 3; f = y*e' --x 1",
    "explain 'x*y' --x 1 --inputs values.json",
    "explain 'x*y' --inputs other.json --inputs values.json",
    "explain 'x*y' --x 1 --y 2 --w 3",
    "explain 'x*y' --x 1 --y 2 --x 3",
    "explain 'x*y' --x 1 --y",
    "explain 'x*y' --x --y 1",
    "explain 'x*y' -x 1 -y 2",
    "explain 'x*y' x=1 y=2",
    "explain x * y --x 1 --y 2",
    "explain 'θ*x' --theta 1 --θ 2 --x 1",
    "explain 'seed*x' --seed 1 --x 1",
    "explain 'step*x' --step 1 --x 1",
    "explain 'x*y' --x 1 --y abc",
    "explain 'x*y' --x 1 --y ''",
    "explain 'x*y' --x 1 --y '[[1,2],[3]]'",
    "explain 'x*y' --x 1 --y 1e400",
    "explain 'x' --x 'zeros(100000,100000)'",
    "explain 'x' --x 'randn(0)'",
    "explain 'x' --x missing.npy",
    "explain 'x' --x @missing.npy",
    "explain 'x' --x @pipe.npy",
    "explain 'x' --x @lies.npy",
    "explain 'x' --x @locked.npz",
    "explain 'x' --x @pickle.npy",
    "explain 'x' --x @program.pkl",
    "explain 'x' --x @cube.npy",
    "explain 'x' --x @broken.json",
    "explain 'x' --x @twice.json",
    "explain 'x' --x @deep.json",
    "explain 'x' --x @ragged.csv",
    "explain 'x' --x @head.csv",
    "explain 'x' --x @semicolons.csv",
    "explain 'x' --x @hole.csv",
    "explain 'x' --x @damaged.npz",
    "explain --file missing.bp",
    "explain --file binary.bp",
    "explain --file .",
    "explain 'x' --file binary.bp --x 1",
    "explain 'x' --inputs broken.toml",
    "explain 'x' --inputs dots.toml",
    "explain 'x' --inputs digits.toml",
    "explain 'x' --set x --x 1",
    "explain 'x' --x 1 --wrt y",
    "explain 'x' --x 1 --data y",
    "explain 'x*y' --x 1 --y 2 --data x,y",
    "explain 'x*y' --x 1 --y 2 --data x --wrt y",
    "explain 'W*x' --x '[1,2]' --W '[[1,2],[3,4]]'",
    "explain 'x*y' --x 1 --y 2 --wrt x,",
    "explain 'x*y' --x 1 --y 2 --wrt 'x y'",
    "explain 'q = x*y; q*q' --x 1 --y 2 --wrt q",
    "explain 'rate*y' --rate 1 --y 2 --wrt rat",
    "explain 'W + x' --x '[1,2]' --W '[[1,2]]'",
    "explain 'x*y' --x 1 --y 2 --word",
    "explain --word 'x*y' --x 1 --y 2",
    "explain --digit 3 'x*y' --x 1 --y 2",
    "explain 'x*y' --x 1 --y 2 --digits x",
    "explain 'x*y' --x 1 --y 2 --seed -1",
    "explain 'x*y' --x 1 --y 2 --no circuit,forwards",
    "explain 'x' --x 1 -o missing/f.json",
    "explain 'x' --x 1 -o f.doc",
    "explain 'x' --x 1 --style torch",
    "explain 'x' --x 1 --style torch --format json",
    "explain 'x' --x 1 --style jax --format python",
    "explain 'x' --x 1 --words -o f.py",
    "explain 'x' --x [1,2] --format python",
    "explain 'exp(x)' --x 1 --format python --style micrograd",
    "explain 'x' --x 1 -o ''",
    "explain 'x' --x 1 -o",
    "explain 'x' --x 1 --step -o f.txt",
    "explain 'x' --x 1 --words --no backward",
    "explain 'x' --x 1 --check --only circuit",
    "explain 'x' --x 1 --only circuit --only forward",
    "explain 'x' --x 1 --format json -o f.pdf",
    "explain 'x' --x 1 --format table -o f.svg",
    "explain 'x' --x 1 --format json --words",
    "explain 'x*x' --x 1 --only circuit --no circuit",
    "explain 'x*x' --x 1 --format json --digits 3",
    "explain 'x*x' --x 1 --format json --ascii",
    "explain 'x*x' --x 1 --format json --all",
    "explain 'x*x' --x 1 --only forward --wrt x",
    "explain 'x*x' --x 1 --only forward --upstream 2",
    "explain 'x' --x 1 --digits 0",
    "explain 'x' --x 1 --only everything",
    "explain 'x\x1b[31m' --x 1",
    "explain '[bold]x[/bold]' --x 1",
    "explain 'x' --x 1 --'y\x1b[2J' 2",
    "explain 'x\u202ey' --x 1",
    "explian 'x'",
    "gates sgmoid",
    "check 'x*'",
]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of bad files."""
    monkeypatch.chdir(tmp_path)
    np.save("pickle.npy", np.array([{}], dtype=object), allow_pickle=True)
    np.save("cube.npy", np.zeros((2, 2, 2)))
    os.mkfifo("pipe.npy")
    Path("lies.npy").write_bytes(LIES)
    with zipfile.ZipFile("locked.npz", "w") as archive:
        archive.writestr("x.npy", LIES)
    # The bit that says encrypted, in the directory of the archive.
    data = bytearray(Path("locked.npz").read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    Path("locked.npz").write_bytes(data)
    for name, text in {
        "broken.json": "[1, 2",
        "values.json": '{"x": 1, "y": 2}',
        "other.json": '{"y": 2}',
        "twice.json": '{"x": 1, "x": 2}',
        "deep.json": "[" * 100_000,
        "ragged.csv": "1,2\n3\n",
        "head.csv": "a,b\n1,2\n",
        "semicolons.csv": "1;2\n",
        "hole.csv": "1,,2\n",
        "damaged.npz": "PK nothing",
        "binary.bp": "x\0y",
        "program.pkl": "",
        "broken.toml": "x = = 1",
        "dots.toml": f"x{'.x' * 20_000} = 1",
        "digits.toml": f"x = {'9' * 5000}",
    }.items():
        Path(name).write_text(text)


@pytest.mark.usefixtures("files")
def test_every_message(backprop: Callable[..., Any]) -> None:
    told = []
    for command in BAD:
        ran = backprop(*shlex.split(command))
        assert ran.status == 2, command
        assert ran.out == "", command
        assert "\x1b" not in ran.err
        assert "\u202e" not in ran.err
        line = command.encode("unicode_escape").decode().replace("\\\\", "\\")
        line = line if len(line) <= 100 else f"{line[:97]}..."
        told.append(f"$ backprop {line}\n{ran.err}")
    text = "\n".join(told)
    same_text(GOLDEN, text)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("9^9^9^9 + 0*x", "9^q1 is larger than a double can hold"),
        ("1/x", "1/x needs x != 0 and x = 0"),
        ("log(x)", "log(x) needs x > 0 and x = 0"),
        ("log(x - 1)", "log(q) needs q > 0 and q = -1"),
    ],
)
def test_infinities_are_explained_and_no_error(
    backprop: Callable[..., Any], formula: str, said: str
) -> None:
    ran = backprop("explain", formula, "--x", "0", "--no", "circuit")
    assert ran.status == 0
    assert said in " ".join(ran.out.split())
