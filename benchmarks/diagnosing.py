"""How long does it take to find out why everything is wrong, in a circuit of 238 gates?"""

import random
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from time import process_time

from common import Table, at_least, show, smallest

from backprop_cli.exercises.marking.mark import Marker, load_marker

NOTE = """\
Milliseconds of processor time. What each mistake of the table gives, for the numbers of an exercise
or at the points where a formula is compared, does not depend on what is answered: it is worked out
for the first wrong answer, and the next is compared with it. Each row has answers that nobody gave
before; the first one is measured with an exercise that was just read."""

HEAD = ("answers", "the first", "the next", "first / next", "bound")

GATES = 238


def program() -> str:
    """A chain of sums, products and functions, with six inputs."""
    steps = ["q0 = x0 + x1"]
    for n in range(1, GATES):
        function = "sigmoid" if n % 5 == 0 else "tanh" if n % 7 == 0 else ""
        other = f"q{n - 1} {'+*-'[n % 3]} x{n % 6}"
        steps.append(f"q{n} = {function}(q{n - 1})" if function else f"q{n} = {other}")
    return "; ".join(steps)


def exercise(questions: list[str]) -> bytes:
    """The exercise that asks them."""
    inputs = "".join(f"x{n} = {0.6 + n / 10:.1f}\n" for n in range(6))
    asked = "".join(f'[[questions]]\nask = "{question}"\n' for question in questions)
    head = f'schema = "backprop/exercise/v1"\ntitle = "Long"\nformula = "{program()}"\n'
    return f"{head}[inputs]\n{inputs}{asked}".encode()


LAST = GATES - 1
NUMBERS = [f"dq{LAST}/dq{n}" for n in range(LAST)] + [f"dq{LAST}/dx{n}" for n in range(6)]
FORMULA = [f"formula(dq{LAST}/dx2)"]


def wrong_numbers(chance: random.Random) -> dict[str, object]:
    """A sheet on which all gradients are wrong."""
    return {name: chance.uniform(-3, 3) for name in NUMBERS}


def wrong_formula(chance: random.Random) -> dict[str, object]:
    """A formula that no mistake gives."""
    one, other = chance.sample(range(LAST), 2)
    return {FORMULA[0]: f"q{one} * x1 + q{other}^2"}


def table(most: int = 1_000_000) -> Table:
    """Both kinds of answers."""
    kinds = (
        ("all gradients wrong", NUMBERS, wrong_numbers),
        ("a wrong formula", FORMULA, wrong_formula),
    )
    rows = []
    for name, questions, wrong in kinds:
        taken = list(_times(exercise(questions), wrong, 2 if smallest() else 6))
        first, following = taken[0], median(taken[1:])
        cells = [f"{seconds * 1e3:.0f}" for seconds in (first, following)]
        rows.append((name, *cells, *at_least(first / following, 10)))
    return Table(HEAD, rows)


def _times(
    data: bytes, wrong: Callable[[random.Random], dict[str, object]], count: int
) -> Iterator[float]:
    chance = random.Random(7)
    marker: Marker = load_marker(data, "long.toml")
    for number in range(count):
        mark = partial(marker.mark, f"s{number}", wrong(chance))
        start = process_time()
        graded = mark()
        yield process_time() - start
        assert graded.points < graded.possible / 10


if __name__ == "__main__":
    show(table)
