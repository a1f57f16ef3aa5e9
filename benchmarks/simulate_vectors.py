"""Sheets of students about vectors and matrices, worked out with NumPy alone; see simulate.py."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Rule = Callable[..., tuple[Any, ...]]
"""From the inputs, the output and the upstream gradient to what each input is sent."""

SLOPES: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]] = {
    "tanh": (np.tanh, lambda a, o: 1 - o * o),
    "sigmoid": (lambda a: 1 / (1 + np.exp(-a)), lambda a, o: o * (1 - o)),
    "relu": (lambda a: np.maximum(a, 0), lambda a, o: (a > 0) * 1.0),
}


@dataclass
class Layers:
    """q = W @ x; p = q + b; r = tanh(p); s = r * c; t = s^2; f = mean(t)."""

    activation: str
    inputs: dict[str, Any] = field(default_factory=dict)

    @property
    def program(self) -> str:
        """The formula as backprop reads it."""
        return f"q = W @ x; p = q + b; r = {self.activation}(p); s = r * c; t = s^2; f = mean(t)"

    names = ("W", "x", "b", "c", "q", "p", "r", "s", "t")
    steps = ("q", "p", "r", "s", "t")

    @property
    def asked(self) -> list[str]:
        """The questions of the sheet."""
        return [*self.steps, "f", *(f"df/d{name}" for name in self.names)]

    @property
    def wrong(self) -> list[tuple[str, str, Rule]]:
        """Each (step, mistake, rule) that students are known to use."""
        _, slope = SLOPES[self.activation]
        found: list[tuple[str, str, Rule]] = [
            ("q", "matmul-not-transposed", lambda W, x, o, g: (np.outer(g, x), W @ g)),
            ("r", "local-factor-lost", lambda a, o, g: (g,)),
            ("r", "upstream-dropped", lambda a, o, g: (slope(a, o),)),
            ("s", "mul-not-switched", lambda a, b, o, g: (g * a, g * b)),
            ("t", "factor-lost", lambda a, o, g: (g * a,)),
        ]
        if self.activation == "sigmoid":
            found.append(("r", "value-for-slope", lambda a, o, g: (g * o,)))
        return found

    def answers(
        self,
        step: str = "",
        rule: Rule | None = None,
        is_carried: bool = True,
        rounded: Callable[[Any], Any] = lambda a: a,
    ) -> dict[str, Any]:
        """What a student answers who uses a wrong rule at one step."""
        run, slope = SLOPES[self.activation]
        v = dict(self.inputs)
        v["q"] = rounded(v["W"] @ v["x"])
        v["p"] = rounded(v["q"] + v["b"])
        v["r"] = rounded(run(v["p"]))
        v["s"] = rounded(v["r"] * v["c"])
        v["t"] = rounded(v["s"] ** 2)
        gates: list[tuple[str, tuple[str, ...], Rule]] = [
            ("t", ("s",), lambda a, o, g: (2 * a * g,)),
            ("s", ("r", "c"), lambda a, b, o, g: (g * b, g * a)),
            ("r", ("p",), lambda a, o, g: (slope(a, o) * g,)),
            ("p", ("q", "b"), lambda a, b, o, g: (g, g)),
            ("q", ("W", "x"), lambda W, x, o, g: (np.outer(g, x), W.T @ g)),
        ]
        sent: dict[str, Any] = {"t": rounded(np.ones_like(v["t"]) / v["t"].size)}
        said = dict(sent)
        for name, args, right in gates:
            given = [*(v[arg] for arg in args), v[name], sent[name]]
            mine = rule(*given) if rule and name == step else right(*given)
            for arg, one, other in zip(args, mine, right(*given), strict=True):
                said[arg] = rounded(one)
                sent[arg] = rounded(one if is_carried else other)
        values = {name: v[name] for name in self.steps}
        values["f"] = rounded(np.mean(v["t"]))
        return {**values, **{f"df/d{name}": said[name] for name in self.names}}


def circuits(chance: random.Random) -> Iterator[Layers]:
    """Layers whose values and gradients are of an ordinary size."""
    while True:
        draw = np.random.default_rng(chance.randrange(2**32))
        size = int(draw.integers(2, 4))
        shapes = {"W": (size, size), "x": size, "b": size, "c": size}
        inputs = {
            name: (draw.choice([-1, 1], shape) * draw.integers(2, 20, shape) / 10)
            for name, shape in shapes.items()
        }
        made = Layers(chance.choice(sorted(SLOPES)), inputs)
        sizes = np.concatenate([np.ravel(np.abs(a)) for a in made.answers().values()])
        if np.mean(sizes == 0) < 0.2 and sizes[sizes > 0].min() > 3e-2 and sizes.max() < 300:
            yield made


def significant(digits: int) -> Callable[[Any], Any]:
    """Round each element to so many significant digits."""
    return np.vectorize(lambda x: float(f"{x:.{digits}g}"), otypes=[float])


def sheets(
    circuit: Layers, chance: random.Random
) -> Iterator[tuple[str, dict[str, Any], set[tuple[str, str]]]]:
    """The sort of each sheet, its answers, and the mistakes that were made: (mistake, step)."""
    right = circuit.answers()
    for step, mistake, rule in circuit.wrong:
        made = {(mistake, step)}
        with np.errstate(all="ignore"):
            own = circuit.answers(step, rule)
        if not _differ(own, right):
            continue
        yield "vectors: one", own, made
        yield "vectors: one, not carried on", circuit.answers(step, rule, False), made
        free = [n for n in right if not np.any(_apart(own[n], right[n])) and np.ndim(own[n])]
        yield "vectors: one, and a slip elsewhere", _slipped(own, chance.choice(free), chance), made
        for digits in (4, 3):
            rounded = significant(digits)
            at_end = {name: rounded(a) for name, a in own.items()}
            yield f"vectors: one, rounded at the end to {digits}", at_end, made
            each = circuit.answers(step, rule, True, rounded)
            yield f"vectors: one, rounded at each step to {digits}", each, made
    for _ in range(4):
        name = chance.choice([n for n in right if n.startswith("df/") and n != "df/dt"])
        yield "vectors: slip in an element", _slipped(right, name, chance), set()
        yield "vectors: slip: all signs", {**right, name: -right[name]}, set()
        one, other = chance.sample(["df/dx", "df/db", "df/dc"], 2)
        if np.any(_apart(right[one], right[other])):
            swapped = {**right, one: right[other], other: right[one]}
            yield "vectors: slip: two answers exchanged", swapped, set()
    yield "vectors: right", right, set()
    rounded = significant(3)
    yield (
        "vectors: right, rounded at the end to 3",
        {n: rounded(a) for n, a in right.items()},
        set(),
    )


def _slipped(answers: dict[str, Any], name: str, chance: random.Random) -> dict[str, Any]:
    """One element of one answer has another first digit."""
    array = np.array(answers[name], dtype=float)
    spots = [tuple(spot) for spot in np.argwhere(array != 0)]
    spot = chance.choice(spots)
    digits = f"{array[spot]:.3e}"
    place = 1 if digits[0] == "-" else 0
    other = chance.choice([d for d in "123456789" if d != digits[place]])
    array[spot] = float(digits[:place] + other + digits[place + 1 :])
    return {**answers, name: array}


def _apart(one: Any, other: Any) -> Any:
    return np.abs(one - other) > 0.02 * np.maximum(np.abs(one), np.abs(other)) + 1e-9


def _differ(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return any(np.any(_apart(one[name], other[name])) for name in one)
