"""Make fresh formulas, from two gates to a small layer of a network, as a lecturer writes them.

Level 1 has two gates, level 2 the gates of a first lecture, level 3 functions and
constants, level 4 forks, quotients and powers, level 5 vectors and matrices. Phrases are put
together at random; what is too simple, flat, large or undefined is left out.
"""

from functools import lru_cache
from typing import NamedTuple

from backprop_cli.exercises.generate.intervals import Interval, Unsuitable, between
from backprop_cli.exercises.generate.quality import is_alive, is_simple, reads_well
from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.exercises.generate.vector_formulas import FreshFormula, filled, layer, written
from backprop_cli.exercises.model.exercise import Drawn
from backprop_cli.graph.build import build
from backprop_cli.graph.graph import Graph
from backprop_cli.language.parser import parse
from backprop_cli.language.syntax import Expression

LEVELS = range(1, 6)

MAX_PROGRAM_CHARS = 72
"""Characters of the longest program."""


class Level(NamedTuple):
    """What the formulas of a level are made of."""

    gates: tuple[int, int]
    """At least, at most."""
    inputs: tuple[int, int]
    forks: tuple[int, int]
    """How many values are used once more."""
    phrases: tuple[str, ...]
    """Formulas of operands; what is listed twice is taken twice as often."""
    ranges: tuple[Drawn, ...]
    needs: tuple[str, ...]
    """Of the gates in each of these texts one must be there."""


_ARITHMETIC = ("a + b", "a - b", "a*b", "a*b")
_SIGNED, _SMALL = (Drawn(-5, 5, 1), Drawn(-4, 4, 1)), (Drawn(-2, 2, 0.5), Drawn(-3, 3, 0.5))
_POSITIVE = (Drawn(1, 5, 1), Drawn(0.5, 3, 0.5))

_SCALAR: dict[int, Level] = {
    1: Level((2, 2), (3, 3), (0, 0), _ARITHMETIC, _SIGNED, ("mul",)),
    2: Level(
        (3, 4),
        (2, 3),
        (0, 1),
        (*_ARITHMETIC, "max(a, b)", "a^2", "-a", "1/a"),
        (*_SIGNED, _POSITIVE[0]),
        ("mul", "max square neg 1/x"),
    ),
    3: Level(
        (4, 7),
        (2, 3),
        (0, 1),
        (
            *_ARITHMETIC, "a*b + c", "2*a", "0.5*a", "3*a + 1", "1 - a", "a^2", "exp(a)", "exp(-a)",
            "sigmoid(a)", "sigmoid(a)", "1/(1 + exp(-a))", "tanh(a)", "log(a)", "log(1 + exp(a))",
            "log(1 + a^2)",
        ),
        (*_SMALL, _POSITIVE[1]),
        ("mul", "exp sigmoid tanh log"),
    ),
    4: Level(
        (6, 10),
        (2, 4),
        (1, 2),
        (
            *_ARITHMETIC, "a*b + c", "a/b", "a/(b + c)", "a/(1 + b^2)", "a/(1 + exp(-b))", "a^3",
            "(a - b)^2", "a^2", "max(a, b)", "min(a, b)", "max(a, b*c)", "relu(a)", "tanh(a)",
            "log(a)", "sqrt(1 + a^2)",
        ),
        (*_SMALL, _POSITIVE[1]),
        ("div pow", "max min relu", "mul"),
    ),
}  # fmt: skip

_NAMES = {
    2: ("x y", "a b", "u v", "w x", "s t"),
    3: ("x y z", "x y z", "a b c", "w x b", "u v w", "x y w"),
    4: ("x y z w", "a b c d", "w x b y", "u v x y"),
}
_STEPS = ("q", "p", "r", "h", "s", "t", "k", "m", "n")

MAX_PHRASES = 256
"""Phrases that are kept, read; the levels have about fifty."""

_ATTEMPTS, _TRIES = 10_000, 8


def fresh(level: int, random: StableRandom) -> FreshFormula:
    """A new program of this level, with the ranges of its inputs.

    Everything follows from `random`. Every input and every gate matters, and values stay below
    a thousand wherever in their ranges the inputs are.
    """
    if level not in LEVELS:
        raise ValueError(f"there is no level {level}")
    for _ in range(_ATTEMPTS):
        made = _compose(_SCALAR[level], random) if level in _SCALAR else layer(random)
        if made and _is_good(made, _SCALAR.get(level)):
            return made
    raise AssertionError("one of ten thousand formulas is good")


def _is_good(made: FreshFormula, level: Level | None) -> bool:
    """Whether a lecturer would put this on the board."""
    if len(made.program) > MAX_PROGRAM_CHARS:
        return False
    expression = parse(made.program)
    if not is_simple(expression):
        return False
    graph = build(expression, {name: drawn.shape for name, drawn in made.inputs.items()})
    return _has_all(graph, level) and reads_well(graph) and is_alive(graph, made.inputs)


def _has_all(graph: Graph, level: Level | None) -> bool:
    """The gates that the level needs, and as many as it has."""
    if level is None:
        return True
    gates = [gate.name for gate in graph.gates if gate]
    least, most = level.gates
    enough = least <= len(gates) <= most
    return enough and all(set(gates) & set(some.split()) for some in level.needs)


# Put phrases together


class _Part(NamedTuple):
    """Something that is still to be used."""

    text: str
    within: Interval
    rank: int
    """Steps are written before inputs, and inputs in the order of their names: q*x, x*y."""


def _compose(level: Level, random: StableRandom) -> FreshFormula | None:
    """A program that uses every input, or None where the draw led nowhere."""
    count = random.integer(*level.inputs)
    inputs = {name: random.choice(level.ranges) for name in random.choice(_NAMES[count]).split()}
    ends = [(drawn.low, drawn.high) for drawn in inputs.values()]
    parts = [
        _Part(name, end, rank) for rank, (name, end) in enumerate(zip(inputs, ends, strict=True))
    ]
    free = [name for name in _STEPS if name not in inputs]
    steps: list[str] = []
    forks, gates = random.integer(*level.forks), random.integer(*level.gates)
    while True:
        named = [part for part in parts if part.text.isidentifier()]
        if forks and named and len(parts) > 1:
            forks -= 1
            parts.append(random.choice(named))
        gates, made = _next(level, parts, gates, random)
        if made is None or not free:
            return None
        if gates == 0:
            steps.append(f"f = {made.text}" if steps else made.text)
            return None if forks else FreshFormula("; ".join(map(_tidy, steps)), inputs)
        if forks or random.below(3) == 0:
            steps.append(f"{free[0]} = {made.text}")
            made = made._replace(text=free.pop(0))
        parts.append(made)


def _next(
    level: Level, parts: list[_Part], gates: int, random: StableRandom
) -> tuple[int, _Part | None]:
    """How many gates are left after one more phrase, and what it makes; None after some tries."""
    for _ in range(_TRIES):
        phrase = random.choice(level.phrases)
        left = gates - _gates_in(phrase)
        joined = len(_read(phrase).free_names()) - 1
        # Most phrases join two parts, and the last must leave none over.
        if left >= 0 and len(parts) - joined <= 2 * left + 1:
            made = _filled(phrase, parts, random)
            if made is not None:
                return left, made
    return 0, None


def _filled(phrase: str, parts: list[_Part], random: StableRandom) -> _Part | None:
    """The phrase of operands that are taken from the parts; None where those do not fit."""
    letters = _read(phrase).free_names()
    taken = random.shuffled(parts)[: len(letters)]
    if len({part.text for part in taken}) < len(letters):
        return None
    if all(part.text.isidentifier() for part in taken[:2]) and phrase.startswith(_EITHER_WAY):
        taken[:2] = sorted(taken[:2], key=lambda part: part.rank)
    operands = dict(zip(letters, taken, strict=True))
    try:
        within = between(_circuit(phrase), {name: part.within for name, part in operands.items()})
    except Unsuitable:
        return None
    for part in taken:
        parts.remove(part)
    text = filled(phrase, {name: part.text for name, part in operands.items()})
    return _Part(text, within, -1)


_EITHER_WAY = ("a + b", "a*b", "max(a, b)", "min(a, b)")


def _tidy(step: str) -> str:
    """The step in as few parentheses as it needs."""
    name, equals, text = step.rpartition(" = ")
    return f"{name}{equals}{written(text)}"


@lru_cache(maxsize=MAX_PHRASES)
def _read(phrase: str) -> Expression:
    return parse(phrase)


@lru_cache(maxsize=MAX_PHRASES)
def _circuit(phrase: str) -> Graph:
    return build(_read(phrase), dict.fromkeys(_read(phrase).free_names(), ()))


@lru_cache(maxsize=MAX_PHRASES)
def _gates_in(phrase: str) -> int:
    return sum(term.op not in ("number", "name") for term in _read(phrase).terms)
