"""The page works out a run as the engine does: every gate, in every shape, at every value."""

import re
from typing import Any

import numpy as np
from browser import needed
from formulas import scalar_programs
from helpers import run
from hypothesis import given, settings
from hypothesis import strategies as st
from one_gate import names_of, uses

from backprop_cli.autodiff.trace import Trace, trace
from backprop_cli.gates.table import GATES
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse
from backprop_cli.render.json import plain
from backprop_cli.render.page.data import is_live, page_data
from backprop_cli.render.page.page import _read
from backprop_cli.render.text.explain.words import fork_sentence, sentence
from backprop_cli.render.text.options import Look

pytestmark = needed

LOOK = Look(70)
SPECIAL = [
    0.0,
    1.0,
    -1.0,
    2.0,
    0.5,
    1000.0,
    -1000.0,
    1e-9,
    float("inf"),
    float("-inf"),
    float("nan"),
]
"""On kinks, in ties, beyond domains, and where exponentials overflow."""

SCRIPT = "".join(_read(f"{name}.js") for name in ("arrays", "evaluate", "text", "told"))
RUN_ALL = """
const plain = (value) => (value === undefined || value === null ? null : isNumber(value)
  ? (Number.isFinite(value) ? value : String(value))
  : { shape: value.shape, data: value.data.map(plain) });
return arguments[0].map((given) => {
  data = given.data;
  const inputs = given.inputs.map((value) => (value === null ? undefined : fromLists(value)));
  mine = run(data, inputs);
  const last = data.nodes.map((node, k) => data.steps.findLastIndex((step) => step.to === k));
  return {
    values: mine.values.map(plain),
    gradients: mine.gradients.map(plain),
    locals: mine.sent.map((sent) => plain(sent.local)),
    sent: mine.sent.map((sent) => plain(sent.downstream)),
    rules: data.steps.map((step, place) => told(place).rule),
    sentences: data.steps.map((step, place) => told(place).sentence),
    forks: data.nodes.map((node, k) => (node.fork ? forkText(k, last[k]) : null)),
  };
});
"""


def values(random: Any, shape: tuple[int, ...]) -> Any:
    """Values of which some are special, as a float or an array."""
    ordinary = random.choice(np.arange(-20, 21) / 8, shape)
    special = random.choice(SPECIAL, shape)
    mixed = np.where(random.random(shape) < random.choice([0, 0, 0.3]), special, ordinary)
    return mixed if shape else float(mixed)


def at_inputs(formula: str, shapes: dict[str, tuple[int, ...]], random: Any) -> tuple[Trace, Trace]:
    """A program run twice, for different inputs."""
    graph = build(parse(formula), shapes)
    seed = values(np.random.RandomState(1), graph.shapes[graph.output])

    def once() -> Trace:
        return trace(graph, {name: values(random, shape) for name, shape in shapes.items()}, seed)

    return once(), once()


def test_random_runs_agree_in_numbers_and_words(browser: Any) -> None:
    found: list[tuple[Trace, Trace]] = []

    @settings(max_examples=10)
    @given(st.data())
    def collect(data: Any) -> None:
        random = np.random.RandomState(data.draw(st.integers(0, 10**6)))
        for gate in (gate for gate in GATES if not gate.shape.takes_square):
            formula, shapes = data.draw(uses(gate))
            found.append(at_inputs(formula, dict(zip(names_of(gate), shapes, strict=True)), random))
        program = data.draw(scalar_programs())
        found.append(at_inputs(program, dict.fromkeys(parse(program).free_names(), ()), random))
        found.append(at_inputs(*draw_network(random), random))

    collect()
    assert len(found) > 350
    agree(browser, found)


def draw_network(random: Any) -> tuple[str, dict[str, tuple[int, ...]]]:
    """A small network of random sizes, activation and loss."""
    n, k, m = random.randint(1, 4, 3).tolist()
    active = random.choice(["relu", "tanh", "sigmoid", "softplus", "abs"])
    loss = random.choice(
        ["mean(logsumexp(h, axis=1))", "||h||^2", "sum(softmax(h, axis=0)*h)", "max(h)", "norm(h)"]
    )
    return f"h = {active}(X@W + b); {loss} + max(b[0], 0)^2", {"X": (n, k), "W": (k, m), "b": (m,)}


def agree(browser: Any, found: list[tuple[Trace, Trace]]) -> None:
    """See that what was given for the first of two runs is worked out anew for the second."""
    browser.get("about:blank")
    asked = [
        {"data": page_data(as_given, LOOK), "inputs": inputs_of(now)} for as_given, now in found
    ]
    assert all(one["data"]["live"] for one in asked)
    answers = browser.execute_script(SCRIPT + RUN_ALL, asked)
    for (_, now), answer in zip(found, answers, strict=True):
        compare(now, answer)


def inputs_of(t: Trace) -> list[Any]:
    known = {*t.graph.inputs.values(), *t.graph.constants}
    return [plain(value) if k in known else None for k, value in enumerate(t.values)]


def compare(t: Trace, answer: dict[str, Any]) -> None:
    steps = t.steps
    for key, expected in (
        ("values", t.values),
        ("gradients", t.arrived),
        ("locals", [step.local for step in steps]),
        ("sent", [step.downstream for step in steps]),
    ):
        for ours, theirs in zip(expected, answer[key], strict=True):
            assert same(ours, theirs), (key, t.expression, t.inputs, ours, theirs)
    for step, rule, words in zip(steps, answer["rules"], answer["sentences"], strict=True):
        upstream = LOOK.derivative(t.objective, t.graph.names[step.output])
        assert rule == LOOK.cut(step.rule(LOOK.style, upstream))
        assert alike(words, sentence(t, step, LOOK)), t.expression
    for k, words in enumerate(answer["forks"]):
        if words is not None:
            assert alike(words, fork_sentence(t, k, LOOK)), t.expression


def same(ours: Any, theirs: Any) -> bool:
    """Whether a value is ours, but for the last digits, which libraries round differently."""
    if ours is None or theirs is None:
        return ours is theirs
    if isinstance(theirs, dict):
        if tuple(theirs["shape"]) != np.shape(ours):
            return False
        theirs = np.array([float(x) for x in theirs["data"]]).reshape(theirs["shape"])
    elif np.shape(ours):
        return False
    ours, theirs = np.float64(ours), np.float64(theirs)
    return np.allclose(ours, theirs, rtol=1e-9, atol=1e-12, equal_nan=True)


NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]\d+)?")


def alike(theirs: str, ours: str) -> bool:
    """Whether two sentences are the same, up to a last digit that was just about to be rounded."""
    pairs = zip(NUMBER.findall(theirs), NUMBER.findall(ours), strict=False)
    return NUMBER.sub("#", theirs) == NUMBER.sub("#", ours) and all(near(a, b) for a, b in pairs)


def near(a: str, b: str) -> bool:
    x, y = float(a), float(b)
    return abs(x - y) <= 2e-3 * abs(y) or max(abs(x), abs(y)) < 1e-12


def test_numbers_are_written_as_on_our_screens(browser: Any) -> None:
    random = np.random.RandomState(3)
    numbers = [*random.normal(size=300) * 10.0 ** random.randint(-12, 14, 300)]
    # Halfway between two roundings, which go to the even digit.
    numbers += [n + 0.5 for n in range(-5000, 5000, 137)] + [n / 1024 for n in range(-999, 999, 7)]
    numbers += [
        0.0,
        -0.0,
        1e9,
        -1e9,
        999_999_999.5,
        123_456.5,
        123_457.5,
        0.15,
        1e300,
        5e-324,
        1e16,
    ]
    for digits in (1, 2, 4, 7, 17):
        script = f"{SCRIPT} return arguments[0].map((x) => numberText(x, {digits}));"
        shown = browser.execute_script(script, [float(x) for x in numbers])
        look = Look(digits=digits)
        assert shown == [look.number(float(x)) for x in numbers]


def test_a_large_run_is_not_worked_out_again() -> None:
    assert is_live(run("x*y", x=1, y=2))
    assert not is_live(run("sum(W@x)", W=np.ones((50, 50)), x=np.ones(50)))
    assert not is_live(run("x" + "+x" * 500, x=1))
