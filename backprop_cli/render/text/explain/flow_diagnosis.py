"""What happened to a gradient on its way: it vanished, exploded, stopped, or broke."""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from backprop_cli.analysis.flow import (
    BlockedInput,
    Factor,
    Flow,
    Path,
    WeakGate,
    may_die,
    size_of,
    steepest,
)
from backprop_cli.analysis.stable import Advice, advice
from backprop_cli.autodiff.steps import Step
from backprop_cli.errors import cells, inert
from backprop_cli.gates.compiler import rule
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.gates.table import BY_NAME
from backprop_cli.language.numbers import short_number
from backprop_cli.language.printer import show
from backprop_cli.render.text.columns import clipped, counted
from backprop_cli.render.text.explain.passes import value_of, written
from backprop_cli.render.text.options import WARNING, Look

MAX_NAMED = 3
"""Gates of one kind of trouble that are named one by one."""

MAX_BLOCKS = 100
"""Places at which it stops that are looked at."""

MAX_FORMULA_COLUMNS = 40
"""Columns of a formula in a sentence."""


def words(found: Flow) -> dict[int, str]:
    """Node -> the word beside its bar."""
    said: dict[int, str] = {}
    for weak in found.weak:
        share = f" {weak.hits} of {weak.size}" if weak.size > 1 else ""
        said[weak.gate] = ("saturated" if _saturates(found, weak) else "dead") + share
    for k in {block.gate for block in found.blocks}:
        if _stops(found, k):
            said[k] = "dies here" if may_die(found.trace.gate(k)) else "stops here"
    names = {name: k for k, name in enumerate(found.trace.graph.names)}
    for note in found.origins():
        k = names[note.node]
        is_finite = isfinite(size_of(found.trace.values[k]))
        said[k] = f"{note.kind} born" if is_finite else f"value {note.kind}"
    return said


def _stops(found: Flow, k: int) -> bool:
    """Whether nothing leaves a gate to any of its inputs."""
    args = [arg for arg in found.trace.graph.args[k] if found.trace.arrived[arg] is not None]
    return all(found.sizes[arg] == 0 for arg in args)


def diagnosis(found: Flow, look: Look) -> Iterator[tuple[str, str]]:
    """Sentences, each with its style; at least one."""
    broken = list(_broken(found, look))
    troubles = [
        *broken,
        # Where something is infinite, what stands beside it stops by 1/inf: no trouble of its own.
        *([] if broken else _blocked(found, look)),
        *_path(found, found.vanishing, look, "It vanishes: from {} to {} it shrinks to {} of"),
        *_path(found, found.exploding, look, "It explodes: from {} to {} it grows to {} times"),
        *_weak(found, look),
    ]
    if not troubles:
        yield "It flows: nothing vanishes, explodes, dies, saturates or breaks.", "green"
    for text in troubles:
        yield text, WARNING


def _named(found: Flow, k: int, look: Look) -> str:
    """q2 = relu(q1), and no longer than fits into a sentence."""
    name = clipped(found.trace.graph.names[k], MAX_FORMULA_COLUMNS, look)
    return clipped(f"{name} = {written(found.trace, k, look)}", MAX_FORMULA_COLUMNS, look)


def _node(found: Flow, k: int, look: Look) -> str:
    return clipped(found.trace.graph.names[k], 24, look)


def _at(found: Flow, k: int, look: Look) -> str:
    """q1 = -3."""
    return f"{_node(found, k, look)} = {value_of(found.trace, k, look, MAX_FORMULA_COLUMNS)}"


# Vanishing and exploding


def _path(found: Flow, path: Path | None, look: Look, said: str) -> Iterator[str]:
    """How a gradient came to an input, and which gates did that to it."""
    if path is None:
        return
    small = path.ratio < 1
    f, x = (_node(found, k, look) for k in (found.trace.graph.output, path.input))
    largest = [one for one in path.factors if (one.factor < 0.5 if small else one.factor > 2)]
    parts = [
        f"{counted(one.gates, f'{one.gate} gate')} by {look.number(one.factor)}"
        + (f" ({look.number(one.factor ** (1 / one.gates))} each)" if one.gates > 1 else "")
        for one in largest[:MAX_NAMED]
    ]
    because = f", multiplied at {', at '.join(parts)}" if parts else ""
    yield f"{said.format(f, x, look.number(path.ratio))} what it was{because}.{_limits(largest)}"


def _limits(largest: list[Factor]) -> str:
    """That a sigmoid never passes on more than a quarter."""
    return "".join(
        f" A {one.gate} passes on {short_number(most)} at most."
        for one in largest
        if (most := steepest(BY_NAME[one.gate])) is not None and most < 1
    )


# Where it stops


def _blocked(found: Flow, look: Look) -> Iterator[str]:
    found_all = (text for block in found.blocks[:MAX_BLOCKS] for text in _stop(found, block, look))
    sentences = list(dict.fromkeys(found_all))
    yield from sentences[:MAX_NAMED]
    left = len(sentences) - MAX_NAMED
    if left > 0:
        yield f"It stops at {counted(left, 'more gate')} in the same way."


def _stop(found: Flow, block: BlockedInput, look: Look) -> Iterator[str]:
    """Why one gate passes nothing on to one of its inputs."""
    trace = found.trace
    gate, where = trace.gate(block.gate), _named(found, block.gate, look)
    name = _node(found, block.input, look)
    steps = [step for step in trace.steps_at(block.gate) if step.input == block.input]
    if set(gate.local) == {"0"}:
        yield f"Nothing goes through {where}: its slope is 0 everywhere."
    elif may_die(gate):
        yield (
            f"It dies at {where}: {_at(found, block.input, look)}, and {gate.name} passes nothing "
            f"on where its input is not {_open_side(gate)}."
        )
    elif gate.pattern is Pattern.ROUTER:
        yield f"Nothing goes to {name}: {where} sends all of it to others."
    elif any(_is_something(step) for step in steps):
        yield f"Nothing is left at {name}: what arrives there from {where} and others adds up to 0."
    elif any(_underflows(step) for step in steps):
        yield (
            f"It underflows at {where}: upstream {look.times} local is not 0, and smaller than a "
            "double can hold (5e-324), so 0 is passed on."
        )
    elif steepest(gate) is not None:
        its = _at(found, block.input, look)
        yield f"It stops at {where}, saturated: with {its} its slope is 0."
    else:
        local = look.cut(inert(steps[0].rule(look.style, "g")))
        stops = "It stops" if _stops(found, block.gate) else f"Nothing goes to {name}"
        yield f"{stops} at {where}: the local derivative, {local}, is 0."


_SIDES = {">": "above", "<": "below", ">=": "at or above", "<=": "at or below"}


def _open_side(gate: Gate) -> str:
    """Where a gate lets its input through, as its rule says: `above 0`, for `1[a > 0]`."""
    local = rule(gate.local[0])
    compared = next(term for term in local.terms if term.op == "compare")
    return f"{_SIDES[str(compared.payload)]} {show(local, root=compared.args[1])}"


def _is_something(step: Step) -> bool:
    """Whether anything is sent."""
    sent = step.downstream
    return sent != 0 if isinstance(sent, float) else bool((sent != 0).any())


def _underflows(step: Step) -> bool:
    """Whether a slope that is not 0 meets an upstream that is not 0, and nothing is left."""
    local, upstream = step.local, step.upstream
    if local is None:
        return False  # A matrix gate has no local of its own.
    # Of arrays, element by element; True if it is so for one.
    both: Any = (local != 0) & (upstream != 0)
    return both if isinstance(both, bool) else bool(both.any())


# Saturated, or dead in part


def _saturates(found: Flow, weak: WeakGate) -> bool:
    return steepest(found.trace.gate(weak.gate)) is not None


def _weak(found: Flow, look: Look) -> Iterator[str]:
    for weak in found.weak[:MAX_NAMED]:
        (arg,) = found.trace.graph.args[weak.gate]
        many = f" at {weak.hits:,} of {weak.size:,} elements" if weak.size > 1 else ""
        where = _named(found, weak.gate, look)
        at_0 = steepest(found.trace.gate(weak.gate))
        if at_0 is not None:
            slope, most = look.number(weak.slope), look.number(at_0)
            yield (
                f"Saturated{many}: {where}, with {_at(found, arg, look)}; its slope is {slope}, "
                f"and {most} where it is steepest."
            )
        else:
            side = _open_side(found.trace.gate(weak.gate))
            yield f"Dead{many}: {where}, where {_node(found, arg, look)} is not {side}."
    left = len(found.weak) - MAX_NAMED
    if left > 0:
        yield f"So it is at {counted(left, 'more gate')}."


# inf and NaN


def _broken(found: Flow, look: Look) -> Iterator[str]:
    origins = found.origins(look.style)
    if not origins:
        return
    kinds = " and ".join(dict.fromkeys(note.kind for note in origins))
    yield f"It breaks: there is {kinds} on the way; the notes name the gate and say why."
    better = advice(found.trace)
    if better is not None:
        yield _stable(better, look)


def _stable(better: Advice, look: Look) -> str:
    """What to write instead, which was tried."""
    gates = ",".join(dict.fromkeys(one.gate for one in better.rewrites))
    cure = "value and gradients are all finite" if better.cured else "more of them are finite"
    text = inert(better.program)
    if cells(text) > MAX_FORMULA_COLUMNS:
        pairs = dict.fromkeys(f"{one.after} for {one.before}" for one in better.rewrites)
        text = ", ".join(list(pairs)[:MAX_NAMED])
    how = "" if better.by_hand else f", as --fold {gates} writes it"
    return f"The stable form is {text}{how}. With it {cure}: this was tried."
