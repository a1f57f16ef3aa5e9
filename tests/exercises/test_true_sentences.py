"""Every sentence about a mistake is true at every gate at which it can be said.

Each mistake is made by the engine at each gate of the table. What is then said is cut into
clauses; a clause is a claim, which is checked against what the engine gives, and one that no row
here knows is an error. So a sentence that is false, or new, turns this red.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pytest
from exercise_files import marker
from test_every_gate import circuit_of

from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.tape import kind
from backprop_cli.autodiff.trace import Trace
from backprop_cli.autodiff.trace import trace as run
from backprop_cli.exercises.diagnosis.diagnosis import Hypotheses, PredictedAnswers
from backprop_cli.exercises.diagnosis.forward_mistakes import (
    _answered,
    forward_finding,
    forward_mistakes,
)
from backprop_cli.exercises.diagnosis.predictions import _exercise, _order
from backprop_cli.exercises.diagnosis.sentences import called_nearby, finding, step
from backprop_cli.exercises.mistakes.forward_table import ways
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.mistakes.table import MISTAKES
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.wording import finding as worded
from backprop_cli.gates.compiler import compile_rule, mentions
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.gates.table import BY_NAME, GATES
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse


class Said(NamedTuple):
    """A mistake that was made, the gradient that was asked, and what was answered."""

    case: Case
    hypothesis: Hypothesis
    wrt: int
    answer: Any


class Facts:
    """What the engine knows of the gate that a sentence is about."""

    def __init__(self, said: Said) -> None:
        self.case, self.hypothesis, self.wrt, self.answer = said
        self.graph = self.case.graph
        self.node = self.hypothesis.nodes[0]
        self.called = called_nearby(self.case, self.node)
        self.args = self.graph.args[self.node]
        self.out = self.case.values[self.node]
        self.upstream = self.case.gradients[self.node]

    @property
    def gate(self) -> Gate:
        gate = self.graph.gates[self.node]
        assert gate is not None
        return gate

    @cached_property
    def changed(self) -> Any:
        return self.hypothesis.change(self.case)

    @property
    def rules(self) -> dict[int, str]:
        """Slot -> the wrong rule there."""
        found = {slot: text for (_, slot), text in self.changed.rules.items()}
        return dict.fromkeys(range(len(self.args)), found[0]) if self.gate.variadic else found

    def slot(self, name: str) -> int:
        """The input that is called so."""
        if name == "an input":
            return self.args.index(self.wrt) if self.wrt in self.args else 0
        found = [k for k, arg in enumerate(self.args) if self.called[arg] == name]
        return next((k for k in found if k in self.rules), found[0])

    def value(self, name: str) -> Any:
        return self.case.values[self.called.index(name)]

    def right(self, slot: int) -> Any:
        """What the gate sends to an input; summed over no copies."""
        return self.sent(self._own(slot), slot)

    def _own(self, slot: int) -> str:
        return self.gate.local[0 if self.gate.variadic else slot]

    def wrong(self, slot: int) -> Any:
        """What the mistake sends."""
        return self.sent(self.rules[slot], slot)

    def local(self, slot: int) -> Any:
        """The local derivative, measured by an upstream of 1."""
        return self.sent(self._own(slot), slot, self.upstream * 0 + 1.0)

    def sent(self, text: str, slot: int, upstream: Any = None) -> Any:
        upstream = self.upstream if upstream is None else upstream
        about = kind(self.graph, self.node)
        inputs = [self.case.values[arg] for arg in self.args]
        names = (*self.gate.inputs, "out", "g")
        types = (*about.types, about.types[-1])
        if self.gate.variadic:
            # The rule is about one input among all; those of max and min compare it with `out`.
            other = np.min(inputs, axis=0) if "min(all)" in text else np.max(inputs, axis=0)
            picked = np.equal(inputs[slot], other if "(all)" in text else self.out)
            picked = ~picked if "!=" in text else picked
            sign = -1.0 if text.startswith("-") else 1.0
            return upstream * sign * (1.0 if text == "g" else picked)
        if self.node in self.graph.positions:
            found = np.zeros_like(inputs[0])
            found[self.graph.positions[self.node]] = 1.0
            return upstream * (np.ones_like(inputs[0]) if text == "g" else found)
        if "n" in re.findall(r"\w+", text):
            text = text.replace("n", f"{np.size(inputs[0]) / np.size(self.out):g}")
        local = compile_rule(text, names, types, about.axis).run(*inputs, self.out, upstream)
        return local if mentions(text, "g") else upstream * local

    def scaled(self, slot: int, by: int, t: float = 1.5) -> Any:
        """The powers of t by which the local derivative grows if an input is t times as large."""
        inputs = [np.asarray(self.case.values[arg]) for arg in self.args]
        more = [t * value if k == by else value for k, value in enumerate(inputs)]
        rates = [self._local_at(slot, given) for given in (inputs, more)]
        return np.log(np.abs(rates[1] / rates[0])) / np.log(t)

    def _local_at(self, slot: int, inputs: list[Any], by: float = 1e-6) -> Any:
        """The local derivative of a gate that works element by element, by differences."""

        def out(step: float) -> Any:
            given = [v + step if k == slot else v for k, v in enumerate(inputs)]
            plain = [float(v) if v.ndim == 0 else v for v in given]
            about = kind(self.graph, self.node)
            text = self.gate.forward.replace("sum(a^2)", "a^2")
            return np.asarray(compile_rule(text, self.gate.inputs, about.types[:-1]).run(*plain))

        return (out(by) - out(-by)) / (2 * by)


def same(one: Any, other: Any) -> bool:
    one, other = np.broadcast_arrays(np.asarray(one, float), np.asarray(other, float))
    return bool(np.allclose(one, other, rtol=1e-5, atol=1e-9))


# Claims


def _is_switcher(f: Facts, name: str, again: str) -> bool:
    return name == again and f.gate.pattern is Pattern.SWITCHER and f.slot(name) >= 0


def _passes(f: Facts) -> bool:
    are_passed = all(same(f.wrong(k), f.upstream) for k in f.rules)
    return are_passed and not all(same(f.right(k), f.upstream) for k in f.rules)


def _dropped(f: Facts, output: str, node: str) -> bool:
    names = f.graph.names
    return f.changed.dropped == {names.index(node)} and output == names[f.graph.output]


def _goes_to_the_taken(f: Facts) -> bool:
    """Where a gradient arrives, the input's own value came out."""
    return all(
        np.all((np.asarray(f.right(k)) == 0) | (np.asarray(f.case.values[arg]) == f.out))
        for k, arg in enumerate(f.args)
    )


def _only(f: Facts, name: str) -> bool:
    return all(same(f.right(k), 0) for k in range(len(f.args)) if k != f.slot(name))


def _shares_all(f: Facts) -> bool:
    return all(same(f.right(k), f.upstream) for k in range(len(f.args)))


def _shares_signed(f: Facts, first: str, second: str) -> bool:
    is_so = same(f.right(f.slot(first)), f.upstream)
    return is_so and same(f.right(f.slot(second)), -np.asarray(f.upstream))


def _other_sign(f: Facts, name: str) -> bool:
    slot = f.slot(name)
    return same(f.right(slot), -np.asarray(f.wrong(slot))) and not same(f.right(slot), 0)


def _sign_is(test: Callable[[Any], Any]) -> Callable[[Facts, str], bool]:
    return lambda f, name: _other_sign(f, name) and bool(np.all(test(f.local(f.slot(name)))))


def _rule_is(f: Facts, name: str, text: str) -> bool:
    """The text, typed with the values of the circuit, is what the gate's rule gives."""
    slot = f.slot(name)
    names = {called: f.case.values[k] for k, called in enumerate(f.called)}
    given = {"upstream": f.upstream} if "upstream" in text else {}
    typed = _typed(text, {**names, **given})
    whole = typed if given else np.asarray(f.upstream) * typed
    return _other_sign(f, name) and same(whole, f.right(slot))


def _typed(text: str, values: dict[str, Any]) -> Any:
    """What a formula gives in which nodes stand as they are called."""
    for k, name in enumerate(sorted(values, key=len, reverse=True)):
        if not name.isidentifier():
            text = text.replace(name, f"unnamed{k}")
            values = {**values, f"unnamed{k}": values[name]}
    parsed = parse(text)
    given = {n: values[n] for n in parsed.free_names() if n in values}
    graph = build(parsed, {name: np.shape(value) for name, value in given.items()})
    return forward(graph, given)[graph.output]


def _is_a_power(f: Facts) -> bool:
    """Where all is t times as large, the local derivative grows by a power one lower than the gate.

    Measured by differences of the gate's forward function alone.
    """
    (slot,) = f.rules
    power = f.scaled(slot, slot)
    value = np.asarray(f.case.values[f.args[slot]])
    out = np.asarray(f.out) if not f.gate.shape.reduces else value**2
    factor = f._local_at(slot, [np.asarray(f.case.values[a]) for a in f.args]) * value / out
    return bool(np.allclose(factor, power + 1, rtol=1e-4))


def _is_squared_below(f: Facts) -> bool:
    last = len(f.args) - 1
    return bool(np.allclose(f.scaled(last, last), -2, atol=1e-3))


def _one_has_a_square(f: Facts) -> bool:
    expected = {(0, 1): -1, (1, 1): -2, (1, 0): 1}
    return all(np.allclose(f.scaled(*k), power, atol=1e-3) for k, power in expected.items())


def _passes_where_positive(f: Facts) -> bool:
    return same(f.local(0), np.asarray(f.case.values[f.args[0]]) > 0)


def _by_the_output(f: Facts, name: str) -> bool:
    (slot,) = f.rules
    text = f.gate.local[slot]
    return mentions(text, "out") and not mentions(text, "a") and f.slot(name) == slot


def _other_factor_transposed(f: Facts, b: str, a: str, again: str, other: str) -> bool:
    right = (f.upstream, f.value(a), f.value(b))
    g, left, after = (
        np.atleast_2d(x) if np.ndim(x) == 2 else np.reshape(x, (-1, 1)) for x in right
    )
    names = (a, b) == (again, other)
    to_a, to_b = np.reshape(f.right(0), left.shape), np.reshape(f.right(1), after.shape)
    return names and same(g @ after.T, to_a) and same(left.T @ g, to_b)


def _no_value_for_slope(f: Facts) -> bool:
    return not same(f.local(0), f.out) and not same(f.local(0), 1 - np.asarray(f.out))


def _is_value_answered(f: Facts, name: str) -> bool:
    return f.graph.names[f.wrt] == name and same(f.answer, f.value(name))


def _is_value_used(f: Facts, name: str) -> bool:
    node = f.graph.names.index(name)
    return same(f.changed.pins[node], f.case.values[node])


def _is_a_value(f: Facts, name: str, node: str) -> bool:
    return same(f.answer, f.case.values[f.graph.names.index(name)]) and node in f.graph.names


def _is_used_more_than_once(f: Facts, name: str) -> bool:
    node = f.graph.names.index(name)
    return sum(args.count(node) for args in f.graph.args) > 1


def _is_copied(f: Facts, node: str, name: str) -> bool:
    there, copied = (f.graph.names.index(each) for each in (node, name))
    return f.graph.shapes[copied] != f.graph.shapes[there] and copied in f.graph.args[there]


def _starts_with_a_slope(f: Facts, node: str, again: str) -> bool:
    return node == again == f.graph.names[f.graph.output] and same(f.upstream, 1)


SLOPE = r"(?:the local derivative for|what is sent to) (.+?)"

CLAIMS: tuple[tuple[str, Callable[..., bool]], ...] = (
    # Titles
    (r"the (\S+) gate is not switched", lambda f, gate: f.gate.name == gate),
    ("the gate passes the gradient straight through", _passes),
    ("the upstream is dropped", lambda f: bool(f.changed.dropped)),
    ("the derivatives are multiplied", lambda f: f.gate.forward == "a * b"),
    ("the derivatives are divided", lambda f: f.gate.forward == "a / b"),
    ("only one of the paths is counted", lambda f: bool(f.changed.forks)),
    (
        "the gate sends the gradient to all inputs",
        lambda f: all(same(f.wrong(k), f.upstream) for k in f.rules),
    ),
    (
        "the gate routes the gradient to the wrong input",
        lambda f: any(not same(f.wrong(k), f.right(k)) for k in f.rules),
    ),
    (
        r"the (\S+) gate scales by the value",
        lambda f, gate: f.gate.name == gate and f.gate.pattern is Pattern.DISTRIBUTOR,
    ),
    ("a sign is (?:lost|turned)", lambda f: True),
    ("a factor of the power rule is lost", _is_a_power),
    ("the power is not lowered", _is_a_power),
    ("the denominator is not squared", _is_squared_below),
    ("the square of the quotient rule is in the wrong place", _one_has_a_square),
    ("the numerator of the quotient rule is reversed", lambda f: f.gate.forward == "a / b"),
    ("the slope is taken at the gate's input", lambda f: set(f.rules) == {0}),
    ("relu's mask is (?:taken from the gradient|the wrong way round)", _passes_where_positive),
    ("a factor of the matrix product is not transposed", lambda f: "@" in f.gate.forward),
    ("the factors of the matrix product are in the wrong order", lambda f: "@" in f.gate.forward),
    ("the matrix product is undone element by element", lambda f: "@" in f.gate.forward),
    ("the sum over the copies is missing", lambda f: bool(f.changed.said)),
    ("the base case is a value", lambda f: f.node == f.graph.output),
    ("the value is given where the (?:gradient|derivative) was asked", lambda f: True),
    ("the value is taken for the slope", _no_value_for_slope),
    ("the upstream is included", lambda f: bool(f.changed.seeds)),
    # Sentences
    (
        r"the gradient of (.+?) is not the upstream times (.+?) itself: the gate switches its inputs",
        _is_switcher,
    ),
    (
        "the upstream was passed on as it is; it must be multiplied by the local derivative",
        _passes,
    ),
    (
        "only the local derivative was sent on; the chain rule multiplies it by the upstream, "
        r"∂(\w+)/∂(\w+)",
        _dropped,
    ),
    ("the gradient goes only to the input that was taken", _goes_to_the_taken),
    (
        "the gradient goes to the input whose value was taken, not to the other",
        _goes_to_the_taken,
    ),
    ("nothing is sent back: its slope is 0", lambda f: all(same(f.right(k), 0) for k in f.rules)),
    (r"only (.+?) can get the gradient", _only),
    (
        "the gradient goes only to the element that was picked",
        lambda f: np.count_nonzero(f.right(0)) == np.size(f.out),
    ),
    (
        "no value comes in: each (?:input|element) gets the upstream as it is",
        _shares_all,
    ),
    (
        r"no value comes in: (.+?) gets the upstream as it is and (.+?) gets it with its sign turned",
        _shares_signed,
    ),
    (rf"{SLOPE} has the other sign", _other_sign),
    (
        rf"{SLOPE} is negative here, and its minus sign is lost",
        _sign_is(lambda local: np.asarray(local) < 0),
    ),
    (
        rf"{SLOPE} is positive here, and no minus sign comes in",
        _sign_is(lambda local: np.asarray(local) > 0),
    ),
    (
        rf"{SLOPE} is nowhere negative here, and no minus sign comes in",
        _sign_is(lambda local: np.asarray(local) >= 0),
    ),
    (
        rf"{SLOPE} is nowhere positive here, and its minus sign is lost",
        _sign_is(lambda local: np.asarray(local) <= 0),
    ),
    (rf"{SLOPE} is (.+), with no other sign", _rule_is),
    (
        "the power rule brings the exponent down as a factor, and leaves a power that is one lower",
        _is_a_power,
    ),
    ("the power rule lowers the exponent by one", _is_a_power),
    (
        "the slope with respect to the denominator has the denominator squared below the line",
        _is_squared_below,
    ),
    (
        "only the slope with respect to the denominator has a square: that of the denominator, "
        "below the line",
        _one_has_a_square,
    ),
    (
        r"the numerator's slope comes first: \(a/b\)' = \(a'b - ab'\)/b\^2, with a = (.+?) and "
        "b = (.+)",
        lambda f, a, b: (f.slot(a), f.slot(b)) == (0, 1) and f.gate.forward == "a / b",
    ),
    (r"the slope is written with the gate's output, not with its input (.+)", _by_the_output),
    (
        "the gradient passes where the input was positive, (?:whatever the sign of the gradient|"
        "and nowhere else)",
        _passes_where_positive,
    ),
    (
        r"the other factor comes back transposed: upstream @ (.+?)\.T for (.+?), (.+?)\.T @ "
        "upstream for (.+)",
        _other_factor_transposed,
    ),
    (
        "the order matters: the upstream stands on the left for (.+?), and on the right for (.+)",
        lambda f, a, b: _other_factor_transposed(f, b, a, a, b),
    ),
    (
        "the gradient is a matrix product of the upstream and the other factor, not a product "
        "element by element",
        lambda f: "@" in f.gate.forward,
    ),
    (
        r"to fit the shape of (\w+), (\w+) was copied, so its gradient is the sum over the copies",
        _is_copied,
    ),
    (
        r"the backward pass starts with the slope of (\w+) with respect to (\w+) itself, not with a "
        "value",
        _starts_with_a_slope,
    ),
    (r"this is the value of (\w+); its gradient was asked", _is_value_answered),
    (r"the value of (\w+) was taken for its gradient", _is_value_used),
    (
        "the slope can be worked out from the gate's value, but it is neither that value nor 1 "
        "minus it",
        _no_value_for_slope,
    ),
    (r"this is the value of (\w+); how fast (\w+) changes was asked", _is_a_value),
    (
        r"the gradient of (\w+), which is used more than once, is the sum of what comes back by every "
        "path: contributions add up",
        _is_used_more_than_once,
    ),
    (
        "the derivatives of both factors were multiplied; the product rule adds two terms, one for "
        "each factor",
        lambda f: f.gate.forward == "a * b",
    ),
    (
        "the derivative of the top was divided by that of the bottom; the quotient rule has two "
        "terms",
        lambda f: f.gate.forward == "a / b",
    ),
)


def claims_in(text: str, facts: Facts) -> Iterator[tuple[str, Callable[[], bool]]]:
    """The clauses of what is said, each with its check.

    Raises:
        AssertionError: for a clause of which no row knows what it claims.
    """
    at = f"At {step(facts.graph, facts.node, facts.called)} "
    title, _, says = text.partition(". ")
    for clause in (title, says.removeprefix(at)):
        clause = clause[:1].lower() + clause[1:].removesuffix(".")
        for pattern, check in CLAIMS:
            found = re.fullmatch(pattern, clause)
            if found:
                yield clause, lambda check=check, found=found: check(facts, *found.groups())
                break
        else:
            raise AssertionError(f"nobody knows what is claimed by: {clause}")


def everything_said(trace: Trace) -> Iterator[Said]:
    """Each mistake that changes an answer, with each answer that it changes."""
    order = _order(trace)
    predicted = PredictedAnswers(
        case := Case(_exercise(trace, order), trace.inputs),
        Hypotheses(case.exercise),
    )
    for explanation, answers in predicted.singles:
        for place, node in enumerate(order):
            answer, key = answers[place], predicted.key[place]
            if answer is not key and not (np.shape(answer) == np.shape(key) and same(answer, key)):
                yield Said(case, explanation[0], node, answer)


def false_at(trace: Trace) -> list[str]:
    false = []
    for said in everything_said(trace):
        text = worded(finding(said.case, said.hypothesis, said.wrt))
        for clause, holds in claims_in(text, Facts(said)):
            if not holds():
                false.append(f"{said.hypothesis.mistake.name}: {clause} ({text})")
    return list(dict.fromkeys(false))


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_what_is_said_at_a_gate_is_true(gate: Gate) -> None:
    assert false_at(circuit_of(gate)) == []


PROGRAMS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("q = x*y; h = q - x; f = h*q", {"x": 1.7, "y": -0.6}),
    ("f = (x + 1)*x^2", {"x": 3.2}),
    ("f = (x^2 + 1)/(x + 4)", {"x": 0.7}),
    ("q = 1/(1 + exp(-x)); f = q*y", {"x": 0.4, "y": 2.3}),
    ("q = sub_ - x; h = -q; f = min(h, y)*z", {"sub_": 0.3, "x": 2.1, "y": 5.7, "z": -1.9}),
    ("q = x + b; f = sum(q^2)", {"x": [1.2, -0.7, 2.9], "b": 0.4}),
    (
        "q = W @ x; f = sum(q * c)",
        {"W": [[1.2, 0.7], [2.9, 0.3]], "x": [0.6, 1.9], "c": [1.3, 2.2]},
    ),
    ("q = A @ B; f = sum(q ⊙ q)", {"A": [[1.2, 0.7], [2.9, 0.3]], "B": [[0.6, 1.9], [0.2, 1.1]]}),
    ("q = relu(x); h = q * c; f = sum(h)", {"x": [1.2, -0.7, 2.9], "c": [0.4, 1.1, -2.3]}),
    ("q = sigmoid(x); f = tanh(q)/y", {"x": -0.4, "y": 1.7}),
)


def trace_of(program: str, inputs: dict[str, Any]) -> Trace:
    given = {name: np.array(v) if isinstance(v, list) else v for name, v in inputs.items()}
    return run(build(parse(program), {name: np.shape(v) for name, v in given.items()}), given)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program[0])
def test_what_is_said_of_a_circuit_is_true(program: tuple[str, dict[str, Any]]) -> None:
    assert false_at(trace_of(*program)) == []


def test_all_rows_are_said_somewhere() -> None:
    traces = [trace_of(*program) for program in PROGRAMS]
    said = {each.hypothesis.mistake.name for t in traces for each in everything_said(t)}
    elsewhere = {"max-to-both", "max-to-wrong-input", "upstream-included", "other-factor"}
    assert {mistake.name for mistake in MISTAKES} - said <= elsewhere


FALSE = (
    ("sub", "At q = a - b no value comes in: each input gets the upstream as it is."),
    ("div", "At q = a / b the local derivative for a has the other sign."),
    ("min", "At q = min(a, b) no value comes in: each input gets the upstream as it is."),
    (
        "exp",
        "At q = exp(a) the local derivative for a is negative here, and its minus sign is lost.",
    ),
)


@pytest.mark.parametrize(("gate", "says"), FALSE)
def test_a_false_sentence_is_found(gate: str, says: str) -> None:
    made = [
        said
        for said in everything_said(circuit_of(BY_NAME[gate]))
        if said.case.graph.names[said.hypothesis.nodes[0]] == "q"
        and said.hypothesis.change(said.case).rules
    ]
    found = [
        holds()
        for said in made
        if set(Facts(said).rules) == {0}
        for _, holds in claims_in(f"A sign is turned. {says}", Facts(said))
    ]
    assert False in found


def test_a_clause_that_nobody_knows_is_an_error() -> None:
    said = next(everything_said(circuit_of(BY_NAME["sub"])))
    with pytest.raises(AssertionError, match="nobody knows"):
        list(claims_in("A sign is turned. At noon all is well.", Facts(said)))


# The forward pass


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_what_is_said_to_have_been_worked_out_gives_the_answer(gate: Gate) -> None:
    """The formula in the sentence is typed, with the values of the circuit, and gives what was said."""
    made = circuit_of(gate)
    graph = made.graph
    node = graph.names.index("q")
    inputs = {n: v if isinstance(v, float) else v.tolist() for n, v in made.inputs.items()}
    marking = marker(graph.source, inputs, ["q"])
    case = marking.variants.predicted(0).case
    (asked,) = case.exercise.asked
    values = dict(zip(graph.names, made.values, strict=True))
    for way in ways(graph, node):
        answer = _answered(case, {}, node, way, node)
        if answer is None or (np.shape(answer) == () and not np.isfinite(answer)):
            continue
        for found in forward_mistakes(case, asked, answer, {}):
            fields = forward_finding(case, found).fields
            assert fields["formula"] == f"q = {step(graph, node).partition(' = ')[2]}"
            typed = _typed(fields["wrong"], values)
            if found.way.mistake.name != "forward-other-axis":
                assert same(typed, answer), (fields, answer)
            if "negative number" in found.way.mistake.says:
                assert np.all(np.asarray(made.values[graph.args[node][0]]) < 0)
