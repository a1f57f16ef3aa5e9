"""The sentences about a student's gate: the smallest example, and what it shows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from backprop_cli.errors import closest, inert, shortened
from backprop_cli.exercises.code.cases import ClassCase
from backprop_cli.exercises.code.ideas import Idea
from backprop_cli.exercises.code.values import kind, spoken, spoken_list
from backprop_cli.exercises.diagnosis.sentences import route, shares
from backprop_cli.exercises.model.reason import ReasonCode
from backprop_cli.gates.compiler import rule
from backprop_cli.gates.gate import Gate
from backprop_cli.language.printer import show

GARBLED = "Something else than answers came back: the file writes where it should not."
NOT_YET = "This was not tried, since backward is not right yet."
FLAT = "forward and backward are 0 everywhere."

PARAMETERS = ("x", "y")

_AMBIGUOUS = "truth value of an array"
"""NumPy's words for an array in an `if`."""

_ORDER = "See which factor is transposed, and on which side of it the upstream stands."


class Fault(NamedTuple):
    """What is wrong with a class: a code, and the sentence that shows it by an example."""

    code: ReasonCode
    sentence: str


class Example(NamedTuple):
    """One use of the student's class, to be told."""

    gate: Gate
    class_name: str
    case: ClassCase
    parameters: tuple[str, ...] = PARAMETERS
    """What the student calls the inputs; the lecture's names where that is not known."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the inputs are called."""
        return self.parameters[: len(self.gate.inputs)]

    @property
    def returns(self) -> str:
        """What backward returns, as the lecture writes it."""
        return f"[{', '.join(f'd{name}' for name in self.names)}]"

    def call(self, method: str) -> str:
        """The call, with what came before it."""
        first = f"forward({', '.join(spoken(value) for value in self.case.inputs)})"
        if method == "forward":
            return first
        return f"{first}, then backward({spoken(self.case.upstream)})"

    def wrong_out(self, got: Any) -> str:
        """Forward returned a wrong value."""
        return f"{self.call('forward')} returned {spoken(got)}, which is not {self.formula}."

    def wrong_gradients(
        self, got: Sequence[Any], wrong: Sequence[bool], ideas: Sequence[Idea]
    ) -> str:
        """Backward returned wrong values, and perhaps we know why."""
        returned = f"{self.call('backward')} returned {spoken_list(got)}"
        if ideas:
            return f"{returned}. {' Or: '.join(self.filled(idea) for idea in ideas[:2])}"
        bad = [f"d{name}" for name, is_wrong in zip(self.names, wrong, strict=True) if is_wrong]
        return f"{returned}: {' and '.join(bad)} {'are' if len(bad) > 1 else 'is'} wrong."

    def filled(self, idea: Idea) -> str:
        """The sentence of a mistake, in the names of the gate's parameters."""
        a, b = (*self.names, *PARAMETERS)[:2]
        node = "x" if idea.name == "value-for-gradient" else "z"
        value = spoken(self.case.inputs[0])
        return idea.says.format(
            formula=self.formula,
            gate=self.gate.name,
            a=a,
            b=b,
            node=node,
            input=a,
            output="f",
            slope="the local derivative",
            sign="what the formula makes it, and no sign is turned",
            shares=shares(self.gate, self.names) if "{shares}" in idea.says else "",
            route=route(self.gate, self.names) if "{route}" in idea.says else "",
            value=value,
        )

    @property
    def formula(self) -> str:
        """The gate's formula in x and y."""
        return show(rule(self.gate.text), dict(zip(self.gate.inputs, self.names, strict=True)))

    def wrong_shape(self, method: str, got: Any, right: Any, name: str = "") -> Fault:
        """A value has another shape than its input or than the gate's output."""
        what = f"a d{name} that is {kind(got)}" if name else kind(got)
        told = f"{self.call(method)} returned {what}"
        if not name:
            return Fault(ReasonCode.OTHER_SHAPE, f"{told}, where {kind(right)} is expected.")
        told += f", but {name} is {kind(right)}: a gradient has the shape of its input."
        if any(term.op == "@" for text in self.gate.local for term in rule(text).terms):
            return Fault(ReasonCode.OTHER_SHAPE, f"{told} {_ORDER}")
        if getattr(got, "size", 1) > getattr(right, "size", 1):
            told += f" {name} was copied to fit, so sum over the copies."
            return Fault(ReasonCode.NOT_SUMMED, told)
        return Fault(ReasonCode.OTHER_SHAPE, told)

    def returned_other(self, method: str, what: str) -> str:
        """A method returned something that is no value, or no gradients."""
        due = self.returns if method == "backward" else "z"
        return f"{self.call(method)} returned {inert(what)}: end it with return {due}."

    def wrong_slope(self, slot: int, claimed: float, slope: float) -> str:
        """The gradient is not the slope of forward."""
        name = self.names[slot]
        along = "" if isinstance(self.case.inputs[slot], float) else " along one direction"
        return (
            f"{self.call('backward')} says {spoken(claimed)} for {name}{along}, but the slope"
            f" measured from your forward is {spoken(slope)}."
        )

    def changed(self) -> str:
        """The arrays that were given are no longer the same."""
        return (
            f"{self.call('backward')} changed the arrays it was given: x *= 2 works in place,"
            " x = x * 2 makes a new one."
        )

    def note(self, box: str) -> str:
        """What to say of gradients that are right and come in something else than a list."""
        if box in ("tuple", "array") and len(self.names) > 1:
            article = "a" if box == "tuple" else "an"
            return f"backward returned {article} {box}; the lecture returns a list, {self.returns}."
        return ""

    def key_out(self, right: Any) -> str:
        """The right value."""
        return f"{self.call('forward')}: {spoken(right)}"

    def key_gradients(self, right: Sequence[Any]) -> str:
        """The right gradients."""
        return f"{self.call('backward')}: {spoken_list(right)}"

    # Exceptions

    def raised(self, error: dict[str, Any], done: int) -> Fault:
        """An exception, after so many steps of make, forward, backward were done."""
        line = f" (line {error['line']})" if error["line"] else ""
        said = shortened(f"{inert(error['kind'])}: {inert(error['text'])}".rstrip(": "))
        if done == 0:
            told = f"{self.class_name}() raised {said}{line}: it must be made without arguments."
            return Fault(ReasonCode.RAISED, told)
        method = "forward" if done == 1 else "backward"
        ambiguous = error["kind"] == "ValueError" and _AMBIGUOUS in error["text"]
        code = ReasonCode.AMBIGUOUS_TRUTH if ambiguous else ReasonCode.RAISED
        known = self.known(error, method, line)
        return known or Fault(code, f"{self.call(method)} raised {said}{line}.")

    def known(self, error: dict[str, Any], method: str, line: str) -> Fault | None:
        """A sentence of its own for the usual reasons; Python gives them as words only."""
        kind_, name, text = error["kind"], inert(error["name"]), error["text"]
        if kind_ == "ValueError" and "gufunc signature" in text and text.startswith("matmul"):
            # What NumPy says of it is of no use to somebody who learns.
            return Fault(
                ReasonCode.SHAPES_DO_NOT_FIT,
                f"{self.call(method)}: the shapes of a matrix product do not fit{line}. The left"
                f" factor must have as many columns as the right one has rows. {_ORDER}",
            )
        of_gate = text.startswith(f"'{self.class_name}' object has no attribute")
        if kind_ == "AttributeError" and of_gate and name == method:
            return Fault(ReasonCode.NO_METHOD, f"{self.class_name} has no method {method}.")
        if kind_ == "AttributeError" and of_gate:
            return Fault(
                ReasonCode.NOT_KEPT,
                f"{method} reads self.{name}{line}, which nothing has set: forward must keep what"
                f" backward needs, self.{name} = ….",
            )
        if kind_ == "NameError" and method == "backward" and name:
            return Fault(
                ReasonCode.NOT_KEPT,
                f"backward uses {name}{line}, which it does not know: let forward keep it,"
                f" self.{name} = {name}, and read self.{name}.",
            )
        return None

    def cache_raised(self, name: str, error: dict[str, Any], second: ClassCase) -> str:
        """An exception where two runs follow each other."""
        line = f" (line {error['line']})" if error["line"] else ""
        said = f"raised {inert(error['kind'])}{line}"
        return f"{self._story(name, second)} {said}."

    def wrong_cache(self, name: str, got: Sequence[Any], is_first: bool, second: ClassCase) -> str:
        """What forward kept is not what backward needs."""
        told = f"{self._story(name, second, is_first)} returned {spoken_list(got)}"
        return f"{told}: {_CACHE[name]}"

    def _story(self, name: str, second: ClassCase, is_first: bool = True) -> str:
        one, other = self.call("forward"), self._replace(case=second).call("forward")
        first_back = f"backward({spoken(self.case.upstream)})"
        second_back = f"backward({spoken(second.upstream)})"
        if name == "two gates":
            last = f"first.{first_back}" if is_first else f"second.{second_back}"
            return f"With two gates, first.{one} and second.{other}, {last}"
        if name == "second forward":
            return f"{one}, {other}, then {second_back}"
        return f"{one}, then {first_back} a second time"


_CACHE = {
    "two gates": "each gate must keep its own inputs, in self.",
    "second forward": "backward belongs to the last forward.",
    "second backward": "backward must read what forward kept, and leave it as it is.",
}


def signature(methods: Any, class_name: str, names: Sequence[str]) -> Fault | None:
    """What is wrong with the methods of the class, as far as their names tell; or nothing."""
    if not isinstance(methods, dict):
        return None
    for method, due in (("forward", tuple(names)), ("backward", ("dz",))):
        has = methods.get(method)
        if has is None:
            near = closest(method, names_of(methods))
            return Fault(
                ReasonCode.NO_METHOD, f"{class_name} has no method {method}{rename(near)}."
            )
        if isinstance(has, list) and len(has) == len(due) and "self" not in has:
            given = ", ".join(inert(str(name)[:20]) for name in has)
            return Fault(
                ReasonCode.NO_SELF,
                f"{method}({given}) has no self: write def {method}(self, {given}).",
            )
        if isinstance(has, list) and len(has) != len(due) + 1:
            wanted = ", ".join(("self", *due))
            return Fault(
                ReasonCode.OTHER_PARAMETERS,
                f"{method} must take ({wanted}): it has {len(has)} parameters, not {len(due) + 1}.",
            )
    return None


def parameters_of(methods: Any, gate: Gate) -> tuple[str, ...]:
    """What the student's forward calls the inputs; the lecture's names where it cannot be told."""
    has = methods.get("forward") if isinstance(methods, dict) else None
    names = names_of(has)[1:] if isinstance(has, list) else []
    fit = len(set(names)) == len(gate.inputs) and all(_is_short(name) for name in names)
    return tuple(names) if fit and has and has[0] == "self" else PARAMETERS


def _is_short(name: str) -> bool:
    return name.isidentifier() and len(name) <= 20


def rename(near: str | None) -> str:
    """What to do about a name that was probably meant."""
    return f": rename {inert(near)}" if near else ""


def names_of(foreign: Any) -> list[str]:
    """The names that a child told of, as many and as long as a person writes."""
    return [name for name in list(foreign)[:40] if isinstance(name, str) and len(name) <= 100]
