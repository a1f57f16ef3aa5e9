"""Which mistakes are named on sheets as real students write them, and which falsely?

Sheets are worked out by an engine of its own, below, that shares nothing with backprop but
the command line: random circuits, students with wrong rules and slips, one class each.
"""

import argparse
import dataclasses
import json
import math
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import simulate_vectors
from common import Table, options, smallest

NOTE = """\
Shares of sheets: "named" where every mistake that was made is named at its gate, "surely" without
a "perhaps"; "false" where a mistake is named that was not made, and that which was made is not,
"false perhaps" the same with a "perhaps". A slip is no mistake: whatever is named is false."""

HEAD = ("sheets", "number", "named", "surely", "false", "false perhaps", "full points")

Rule = Callable[[float, float, float, float], tuple[float, ...]]
"""From the inputs a and b, the output and the upstream gradient to what each input is sent."""


class Kind(NamedTuple):
    """A kind of gate, and the wrong rules of it that students are known to use."""

    text: str
    value: Callable[[float, float], float]
    rule: Rule
    wrong: dict[str, Rule]

    @property
    def inputs(self) -> int:
        """How many inputs it has."""
        return 1 + ("{b}" in self.text)


def _sigmoid(a: float) -> float:
    return 1 / (1 + math.exp(-a))


KINDS = {
    "add": Kind(
        "{a} + {b}",
        lambda a, b: a + b,
        lambda a, b, o, g: (g, g),
        {"add-scales": lambda a, b, o, g: (g * a, g * b)},
    ),
    "sub": Kind(
        "{a} - {b}",
        lambda a, b: a - b,
        lambda a, b, o, g: (g, -g),
        {"sign-lost": lambda a, b, o, g: (g, g)},
    ),
    "mul": Kind(
        "{a} * {b}",
        lambda a, b: a * b,
        lambda a, b, o, g: (g * b, g * a),
        {
            "mul-not-switched": lambda a, b, o, g: (g * a, g * b),
            "local-factor-lost": lambda a, b, o, g: (g, g),
            "upstream-dropped": lambda a, b, o, g: (b, a),
        },
    ),
    "div": Kind(
        "{a} / {b}",
        lambda a, b: a / b,
        lambda a, b, o, g: (g / b, -g * a / b**2),
        {
            "denominator-not-squared": lambda a, b, o, g: (g / b, -g * a / b),
            "sign-lost": lambda a, b, o, g: (g / b, g * a / b**2),
        },
    ),
    "square": Kind(
        "{a}^2",
        lambda a, b: a * a,
        lambda a, b, o, g: (2 * a * g,),
        {
            "factor-lost": lambda a, b, o, g: (a * g,),
            "power-not-lowered": lambda a, b, o, g: (2 * a * a * g,),
        },
    ),
    "sin": Kind(
        "sin({a})",
        lambda a, b: math.sin(a),
        lambda a, b, o, g: (math.cos(a) * g,),
        {
            "local-factor-lost": lambda a, b, o, g: (g,),
            "sign-lost": lambda a, b, o, g: (-math.cos(a) * g,),
        },
    ),
    "cos": Kind(
        "cos({a})",
        lambda a, b: math.cos(a),
        lambda a, b, o, g: (-math.sin(a) * g,),
        {"sign-lost": lambda a, b, o, g: (math.sin(a) * g,)},
    ),
    "sigmoid": Kind(
        "sigmoid({a})",
        lambda a, b: _sigmoid(a),
        lambda a, b, o, g: (o * (1 - o) * g,),
        {
            "local-factor-lost": lambda a, b, o, g: (g,),
            "upstream-dropped": lambda a, b, o, g: (o * (1 - o),),
            "value-for-slope": lambda a, b, o, g: (o * g,),
        },
    ),
    "tanh": Kind(
        "tanh({a})",
        lambda a, b: math.tanh(a),
        lambda a, b, o, g: ((1 - o * o) * g,),
        {"local-factor-lost": lambda a, b, o, g: (g,)},
    ),
    "exp": Kind(
        "exp({a})",
        lambda a, b: math.exp(a),
        lambda a, b, o, g: (o * g,),
        {"local-factor-lost": lambda a, b, o, g: (g,)},
    ),
    "max": Kind(
        "max({a}, {b})",
        max,
        lambda a, b, o, g: (g * (a > b), g * (b > a)),
        {
            "max-to-both": lambda a, b, o, g: (g, g),
            "max-to-wrong-input": lambda a, b, o, g: (g * (a < b), g * (b < a)),
        },
    ),
}

UNLISTED: tuple[Rule, ...] = tuple(
    rule
    for factor in (0.5, 1.5, 3.0, -2.0)
    for rule in (
        lambda a, b, o, g, k=factor: (g * (a + k * b), g * (b + k * a)),
        lambda a, b, o, g, k=factor: (g * k + a, g * k + b),
        lambda a, b, o, g, k=factor: (g * (o + k), g * (o - k)),
        lambda a, b, o, g, k=factor: (k * g * (a * a + 1), k * g * (b * b + 1)),
        lambda a, b, o, g, k=factor: (g * abs(a) ** 0.5 * k, g * abs(b) ** 0.5 * k),
        lambda a, b, o, g, k=factor: (g * g * k * (a - 0.3), g * g * k * (b - 0.3)),
        lambda a, b, o, g, k=factor: (g * math.cos(a + k), g * math.cos(b + k)),
        lambda a, b, o, g, k=factor: (g + a * b * k, g - a * b * k),
        lambda a, b, o, g, k=factor: (g * (2 * o - k * a), g * (2 * o - k * b)),
        lambda a, b, o, g, k=factor: (g / (2 + a * a) * k, g / (2 + b * b) * k),
        lambda a, b, o, g, k=factor: (g * a * o * k, g * b * o * k),
        lambda a, b, o, g, k=factor: (g - k * o, g - k * o),
    )
)
"""Wrong rules that nobody has named."""


def unlisted(step: "Step", chance: random.Random) -> Rule:
    """One of them; a gate of one input has a number of its own in place of the other."""
    rule, other = chance.choice(UNLISTED), chance.uniform(0.3, 0.9)
    if KINDS[step.kind].inputs == 2:
        return rule
    return lambda a, b, o, g: rule(a, other, o, g)


class Step(NamedTuple):
    """One line of a program."""

    name: str
    kind: str
    args: tuple[str, ...]


@dataclass
class Circuit:
    """A program with its inputs and its values."""

    inputs: dict[str, float]
    steps: list[Step]
    values: dict[str, float] = field(default_factory=dict)

    def run(self, rounded: Callable[[float], float] = lambda x: x) -> dict[str, float]:
        """The value of each name."""
        values = dict(self.inputs)
        for name, kind, args in self.steps:
            a, b = (*[values[arg] for arg in args], 0.0)[:2]
            values[name] = rounded(KINDS[kind].value(a, b))
        return values

    @property
    def names(self) -> list[str]:
        """The inputs, then the steps."""
        return [*self.inputs, *(step.name for step in self.steps)]

    @property
    def program(self) -> str:
        """The formula as backprop reads it."""
        return "; ".join(
            f"{name} = " + KINDS[kind].text.format(**dict(zip("ab", args, strict=False)))
            for name, kind, args in self.steps
        )


@dataclass
class Student:
    """What somebody does otherwise."""

    wrong: dict[str, Rule] = field(default_factory=dict)
    """Step -> the rule that is used there."""
    is_carried: bool = True
    """Whether wrong gradients are gone on with."""
    rounded: Callable[[float], float] = lambda x: x
    """After each step."""
    kept: dict[str, int] = field(default_factory=dict)
    """Name -> which contribution alone is counted, of those that arrive there."""

    def gradients(self, circuit: Circuit) -> dict[str, float]:
        """What the student answers for the gradient of each name."""
        values = circuit.run(self.rounded)
        sent = dict.fromkeys(circuit.names, 0.0)
        said = dict(sent)
        arrived = dict.fromkeys(circuit.names, 0)
        sent[circuit.steps[-1].name] = said[circuit.steps[-1].name] = 1.0
        for name, kind, args in reversed(circuit.steps):
            a, b = (*[values[arg] for arg in args], 0.0)[:2]
            right = KINDS[kind].rule(a, b, values[name], self.rounded(sent[name]))
            wrong = self.wrong.get(name, KINDS[kind].rule)
            mine = wrong(a, b, values[name], self.rounded(sent[name]))
            for arg, one, other in zip(args, mine, right, strict=False):
                arrived[arg] += 1
                if self.kept.get(arg, arrived[arg]) != arrived[arg]:
                    continue
                said[arg] += one if not self.is_carried else 0
                sent[arg] += one if self.is_carried else other
        found = sent if self.is_carried else said
        return {name: self.rounded(value) for name, value in found.items()}


def significant(digits: int) -> Callable[[float], float]:
    """Round to so many significant digits."""
    return lambda x: float(f"{x:.{digits}g}")


def circuits(chance: random.Random) -> Iterator[Circuit]:
    """Random circuits of four to nine steps, whose values and gradients are of an ordinary size."""
    while True:
        inputs = {
            name: chance.choice((-1, 1)) * chance.randint(3, 29) / 10
            for name in "xyzw"[: chance.randint(2, 4)]
        }
        if len({abs(value) for value in inputs.values()} - {1.0}) < len(inputs):
            continue
        circuit = Circuit(inputs, [])
        unused = list(inputs)
        for number in range(chance.randint(4, 9)):
            kind = chance.choice([*KINDS, "mul", "mul", "add"])
            args = tuple(_argument(chance, circuit, unused) for _ in range(KINDS[kind].inputs))
            if len(set(args)) < len(args):
                continue
            for arg in args:
                unused.remove(arg) if arg in unused else None
            circuit.steps.append(Step(f"q{number}", kind, args))
            unused.append(f"q{number}")
        while len(unused) > 1:
            args = (unused.pop(0), unused.pop(0))
            name = f"p{len(unused)}"
            circuit.steps.append(Step(name, chance.choice(["mul", "add"]), args))
            unused.append(name)
        if _is_ordinary(circuit):
            yield circuit


def _argument(chance: random.Random, circuit: Circuit, unused: Sequence[str]) -> str:
    return chance.choice(list(unused) if chance.random() < 0.8 else circuit.names)


def _is_ordinary(circuit: Circuit) -> bool:
    try:
        values = circuit.run()
        gradients = Student().gradients(circuit)
    except (ArithmeticError, ValueError):
        return False
    sizes = [abs(value) for value in (*values.values(), *gradients.values()) if value]
    kinked = [step for step in circuit.steps if step.kind == "max"]
    zeros = sum(not value for value in gradients.values())
    return min(sizes) > 3e-2 and max(sizes) < 300 and zeros <= len(kinked)


class Sheet(NamedTuple):
    """One sheet: what is answered, and what was done."""

    sort: str
    answers: dict[str, Any]
    made: set[tuple[str, str]]
    """(mistake, step)."""


def places(circuit: Circuit) -> list[tuple[str, str, Rule]]:
    """Each (step, mistake, rule) that changes an answer."""
    right = Student().gradients(circuit)
    found: list[tuple[str, str, Rule]] = []
    for step in circuit.steps:
        for mistake, rule in KINDS[step.kind].wrong.items():
            if _differs(Student({step.name: rule}).gradients(circuit), right):
                found.append((step.name, mistake, rule))
    return found


def _differs(one: dict[str, float], other: dict[str, float], by: float = 0.02) -> bool:
    return any(abs(one[k] - other[k]) > by * max(abs(one[k]), abs(other[k]), 1e-9) for k in one)


def sheets(circuit: Circuit, chance: random.Random) -> Iterator[Sheet]:
    """A class: each kind of sheet, from each mistake of the circuit."""
    right = Student().gradients(circuit)
    found = places(circuit)
    chance.shuffle(found)

    def sheet(
        sort: str, student: Student, made: set[tuple[str, str]], change: Any = None
    ) -> Iterator[Sheet]:
        own = {f"df/d{name}": value for name, value in student.gradients(circuit).items()}
        worked = circuit.run(student.rounded)
        answers = {**{step.name: worked[step.name] for step in circuit.steps}, **own}
        if change:
            answers = change(dict(answers))
        if answers is not None:
            yield Sheet(sort, answers, made)

    def wrong_of(answers: dict[str, float]) -> list[str]:
        return [
            f"df/d{n}"
            for n in circuit.names
            if abs(answers[f"df/d{n}"] - right[n]) > 1e-3 * abs(right[n]) + 1e-9
        ]

    def slipped(answers: dict[str, float]) -> dict[str, float] | None:
        """One right answer is mistyped."""
        wrong = wrong_of(answers)
        free = [f"df/d{n}" for n in circuit.names if f"df/d{n}" not in wrong and right[n]]
        if not free or not wrong:
            return None
        place = chance.choice(free)
        answers[place] = mistyped(answers[place], chance)
        return answers

    def blank(answers: dict[str, float]) -> dict[str, float] | None:
        wrong = wrong_of(answers)
        return {k: v for k, v in answers.items() if chance.random() < 0.7 or k in wrong[:1]}

    listed = [right] + [
        Student({name: rule}, is_carried).gradients(circuit)
        for name, _, rule in found
        for is_carried in (True, False)
    ]
    uses = Counter(arg for step in circuit.steps for arg in step.args)
    listed += [
        Student(kept={name: which}).gradients(circuit)
        for name, count in uses.items()
        for which in range(1, count + 1)
        if count > 1
    ]

    def _is_new(gradients: dict[str, float]) -> bool:
        """Whether no mistake of the list gives just these answers."""
        return all(_differs(gradients, other) for other in listed)

    for name, mistake, rule in found[:6]:
        made = {(mistake, name)}
        yield from sheet("one", Student({name: rule}), made)
        yield from sheet("one, not carried on", Student({name: rule}, is_carried=False), made)
        yield from sheet("one, and a slip elsewhere", Student({name: rule}), made, slipped)
        yield from sheet("one, and blanks", Student({name: rule}), made, blank)
        for digits in (4, 3):
            student = Student({name: rule})
            rounding = significant(digits)
            yield from sheet(
                f"one, rounded at the end to {digits}",
                student,
                made,
                lambda answers, rounding=rounding: {k: rounding(v) for k, v in answers.items()},
            )
            yield from sheet(
                f"one, rounded at each step to {digits}",
                Student({name: rule}, True, rounding),
                made,
            )
    for kind, mistake in {(step.kind, m) for step in circuit.steps for m in KINDS[step.kind].wrong}:
        those = [step.name for step in circuit.steps if step.kind == kind]
        if len(those) > 1 and all((name, mistake) in {f[:2] for f in found} for name in those):
            rule = KINDS[kind].wrong[mistake]
            everywhere = Student(dict.fromkeys(those, rule))
            yield from sheet("at all gates of a kind", everywhere, {(mistake, n) for n in those})
    for count, sort in ((2, "two"), (3, "three at once")):
        for _ in range(4):
            some = chance.sample(found, min(count, len(found)))
            if len({name for name, _, _ in some}) == count:
                student = Student({name: rule for name, _, rule in some})
                made = {(mistake, name) for name, mistake, _ in some}
                if _all_show(circuit, student):
                    yield from sheet(sort, student, made)
    for _ in range(6):
        step = chance.choice(circuit.steps)
        student = Student({step.name: unlisted(step, chance)})
        if _is_new(student.gradients(circuit)):
            yield from sheet("unlisted rule", student, set())
    for sort, slip in SLIPS.items():
        for _ in range(3):
            for made in sheet(sort, Student(), set(), lambda own, slip=slip: slip(own, chance)):
                if _is_new({name: made.answers[f"df/d{name}"] for name in right}):
                    yield made
    other = dataclasses.replace(circuit, inputs={n: -v + 0.7 for n, v in circuit.inputs.items()})
    try:
        worked, theirs = other.run(), Student().gradients(other)
    except (ArithmeticError, ValueError):
        pass
    else:
        answers = {s.name: worked[s.name] for s in circuit.steps}
        answers |= {f"df/d{name}": value for name, value in theirs.items()}
        yield Sheet("slip: another's variant", answers, set())
    yield from sheet("right", Student(), set())
    yield from sheet(
        "right, rounded at the end to 3",
        Student(),
        set(),
        lambda answers: {k: significant(3)(v) for k, v in answers.items()},
    )


def _all_show(circuit: Circuit, student: Student) -> bool:
    """Whether each of the mistakes changes an answer beside the others."""
    whole = student.gradients(circuit)
    return all(
        _differs(
            Student({k: r for k, r in student.wrong.items() if k != name}).gradients(circuit), whole
        )
        for name in student.wrong
    )


def mistyped(number: float, chance: random.Random) -> float:
    """One digit is another."""
    text = f"{number:.4g}"
    spots = [i for i, c in enumerate(text.partition("e")[0]) if c.isdigit() and c != "0"]
    spot = chance.choice(spots[:3])
    other = chance.choice([d for d in "123456789" if d != text[spot]])
    return float(text[:spot] + other + text[spot + 1 :])


def _gradients(answers: dict[str, float]) -> list[str]:
    return [name for name in answers if name.startswith("df/d") and answers[name]]


def _digit(answers: dict[str, float], chance: random.Random) -> dict[str, float]:
    place = chance.choice(_gradients(answers)[:-1])
    return {**answers, place: mistyped(answers[place], chance)}


def _sign(answers: dict[str, float], chance: random.Random) -> dict[str, float]:
    place = chance.choice(_gradients(answers)[:-1])
    return {**answers, place: -answers[place]}


def _exchange(answers: dict[str, float], chance: random.Random) -> dict[str, float] | None:
    one, other = chance.sample(_gradients(answers)[:-1], 2)
    if abs(answers[one] - answers[other]) < 0.05 * abs(answers[one]):
        return None
    return {**answers, one: answers[other], other: answers[one]}


def _copied(answers: dict[str, float], chance: random.Random) -> dict[str, float] | None:
    one, other = chance.sample(_gradients(answers)[:-1], 2)
    if abs(answers[one] - answers[other]) < 0.05 * abs(answers[one]):
        return None
    return {**answers, one: answers[other]}


SLIPS: dict[str, Callable[..., dict[str, float] | None]] = {
    "slip: a digit": _digit,
    "slip: a sign": _sign,
    "slip: two answers exchanged": _exchange,
    "slip: a line copied": _copied,
}


def graded(
    program: str, inputs: Mapping[str, Any], asked: Sequence[str], sheets: Sequence[Sheet]
) -> list[dict[str, Any]]:
    """What the command line says of each sheet."""
    with tempfile.TemporaryDirectory() as folder:
        exercise, room = Path(folder, "exercise.toml"), Path(folder, "class.jsonl")
        text = 'schema = "backprop/exercise/v1"\ntitle = "Simulated"\n'
        text += f'formula = "{program}"\n[inputs]\n'
        text += "".join(f"{name} = {json.dumps(plain(v))}\n" for name, v in inputs.items())
        text += "".join(f'[[questions]]\nask = "{question}"\n' for question in asked)
        exercise.write_text(text)
        with room.open("w") as file:
            for number, sheet in enumerate(sheets):
                answers = {name: plain(answer) for name, answer in sheet.answers.items()}
                file.write(json.dumps({"student": f"s{number}", "answers": answers}) + "\n")
        command = [sys.executable, "-m", "backprop_cli", "grade", exercise, room]
        command += ["--format", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = done.stdout.splitlines()
        assert len(lines) == len(sheets), done.stderr
        return [json.loads(line) for line in lines]


def plain(value: Any) -> Any:
    """A number or lists of numbers, never -0."""
    return (value + 0.0).tolist() if hasattr(value, "tolist") else value + 0.0


class Count(NamedTuple):
    """How many sheets of a sort there were, and what was said of them."""

    sheets: int
    named: int
    surely: int
    false: int
    perhaps: int
    full: int


def rooms(number: int, seed: int) -> Iterator[tuple[Any, list[str], list[Sheet]]]:
    """So many circuits of numbers, and of vectors: what is asked, and the sheets of a class."""
    chance = random.Random(seed)
    for _, circuit in zip(range(number), circuits(chance), strict=False):
        last = circuit.steps[-1].name
        asked = [step.name for step in circuit.steps] + [f"d{last}/d{n}" for n in circuit.names]
        own = [
            sheet._replace(
                answers={k.replace("df/", f"d{last}/"): v for k, v in sheet.answers.items()}
            )
            for sheet in sheets(circuit, chance)
        ]
        yield circuit, asked, own
    for _, layers in zip(range(number // 3 + 1), simulate_vectors.circuits(chance), strict=False):
        yield layers, layers.asked, [Sheet(*s) for s in simulate_vectors.sheets(layers, chance)]


def simulate(number: int, seed: int, show: str = "") -> dict[str, Count]:
    """Mark the sheets of so many circuits."""
    counts: dict[str, Counter[str]] = {}
    for circuit, asked, room in rooms(number, seed):
        results = graded(circuit.program, circuit.inputs, asked, room)
        for sheet, result in zip(room, results, strict=True):
            surely, perhaps = blamed(result, "mistake"), blamed(result, "perhaps")
            is_named = bool(sheet.made) and sheet.made <= surely | perhaps
            count = counts.setdefault(sheet.sort, Counter())
            count["sheets"] += 1
            count["named"] += is_named
            count["surely"] += is_named and sheet.made <= surely
            count["false"] += not is_named and not surely <= sheet.made
            count["perhaps"] += not is_named and not perhaps <= sheet.made
            count["full"] += result["points"] == result["possible"]
            is_odd = not is_named if sheet.made else bool(surely | perhaps)
            if show and show in sheet.sort and is_odd:
                print_sheet(circuit, sheet, result)
    return {sort: Count(**{"perhaps": 0, **count}) for sort, count in counts.items()}


def blamed(result: dict[str, Any], code: str) -> set[tuple[str, str]]:
    """The mistakes that are named, and where."""
    return {
        (blame["mistake"], at)
        for mark in result["marks"]
        if mark["code"] == code
        for blame in mark["blames"]
        for at in blame["at"]
    }


def print_sheet(circuit: Any, sheet: Sheet, result: dict[str, Any]) -> None:
    """What was done and what is said of it."""
    print(f"{sheet.sort}: {circuit.program} {circuit.inputs}, made: {sheet.made}")
    for mark in result["marks"]:
        if mark["verdict"] != "correct":
            print("   ", *(mark[k] for k in ("question", "answer", "verdict", "reason")))


def table(most: int, circuits: int = 60, seed: int = 1, show: str = "") -> Table:
    """The table of all sorts of sheets.

    Args:
        most: the largest size; no size is larger here.
        circuits: how many circuits have a class.
        seed: of all that is random.
        show: print the sheets of the sorts with this in their names that are not said right.
    """
    found = simulate(2 if smallest() else circuits, seed, show)
    rows = [
        (sort, str(c.sheets), *(f"{part / c.sheets:.1%}" for part in c[1:]))
        for sort, c in sorted(found.items())
    ]
    return Table(HEAD, rows)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--circuits", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", default="", help="print the sheets of a sort that are not named")
    wish = options(parser)
    print(NOTE, "\n")
    print(table(wish.most, wish.circuits, wish.seed, wish.show))


if __name__ == "__main__":
    main()
