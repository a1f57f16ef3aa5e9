"""Drawings are taken apart again, and what they say is compared with the graph."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import needs
import pytest
from circuits import CLASSICS, classic, random_circuit
from drawn_nets import Parts, Piece, Point, Thing, distance, nets, of_svg, of_tikz, shared
from helpers import run
from terminal_nets import Taken, Token, take_apart

from backprop_cli.autodiff.trace import Trace
from backprop_cli.gates.compiler import is_commutative
from backprop_cli.render.latex import tikz
from backprop_cli.render.latex.notation import LatexNotation
from backprop_cli.render.picture.content import chalk
from backprop_cli.render.picture.layout import placed
from backprop_cli.render.picture.svg import svg
from backprop_cli.render.picture.theme import THEMES
from backprop_cli.render.text.circuit import circuit as terminal
from backprop_cli.render.text.circuit.circuit import circuit
from backprop_cli.render.text.circuit.labels import Labels, Manner, labels
from backprop_cli.render.text.circuit.steps import stepped
from backprop_cli.render.text.options import Look

MANNER = Manner(True, False, 1, 1)
Known = dict[Any, int]


def texts_of(trace: Trace, boxed: bool = False) -> Labels:
    plain = labels(trace, Look(), MANNER)
    return stepped(trace, plain, Look()) if boxed else plain


def meaning(parts: tuple[Any, ...], known: Known) -> int:
    """A number for what a gate computes: the same for the same gate of the same operands."""
    return known.setdefault(parts, len(known))


def of_graph(
    trace: Trace, known: Known, boxed: bool = False
) -> tuple[dict[int, int], Counter[int]]:
    texts = texts_of(trace, boxed)
    found: dict[int, int] = {}
    for k, args in texts.args.items():
        if not args:
            found[k] = meaning((texts.names[k],), known)
            continue
        operands = [found[arg] for arg in args]
        ordered = k not in texts.boxed and not is_commutative(trace.gate(k).forward)
        found[k] = meaning((texts.signs[k], *(operands if ordered else sorted(operands))), known)
    return found, Counter(found[k] for k in texts.args)


Port = tuple[float, int]


def computed(
    trace: Trace,
    sources: dict[int, Any],
    entering: dict[Any, list[Port]],
    leaving: dict[str, int],
    said: Callable[[Any], str],
    known: Known,
    boxed: bool = False,
) -> Counter[int]:
    """What the gates of a drawing compute: inputs by their names, gates by what enters them.

    Args:
        trace: whose signs tell which gates heed the order of their operands.
        sources: net -> the gate or the name where it begins.
        entering: gate -> the height and the net of each wire that enters it.
        leaving: name -> the net at whose end it stands, for a row that goes on in another.
        said: what is written in a gate or as a name.
        known: numbers for what is computed.
        boxed: whether named steps are boxes.
    """
    texts = texts_of(trace, boxed)
    ordered = {texts.signs[k]: not is_commutative(trace.gate(k).forward) for k in texts.signs}
    found: dict[int, int] = {}

    def value(net: int) -> int:
        if net not in found:
            source = sources[net]
            if source in entering:
                ports = sorted(entering[source])
                assert len({height for height, _ in ports}) == len(ports), "a port for each operand"
                operands = [value(other) for _, other in ports]
                sign = said(source)
                parts = operands if ordered[sign] else sorted(operands)
                found[net] = meaning((sign, *parts), known)
            elif said(source) in leaving:
                found[net] = value(leaving[said(source)])
            else:
                found[net] = meaning((said(source),), known)
        return found[net]

    all_found = {
        (str(source) if source in entering else said(source)): value(net)
        for net, source in sources.items()
        if source in entering or said(source) not in leaving
    }
    assert set(map(str, entering)) <= set(all_found), "every gate has a wire that leaves it"
    return Counter(all_found.values())


def of_terminal(trace: Trace, taken: Taken, known: Known, boxed: bool = False) -> Counter[int]:
    """What the gates of a drawing in the terminal compute."""
    texts = texts_of(trace, boxed)
    sources: dict[int, Token] = {}
    entering: dict[Token, list[Port]] = {}
    leaving: dict[str, int] = {}
    for net, ends in enumerate(taken.ends):
        left = min(x for x, _ in taken.nets[net])
        # A value comes from the text that ends where its wire begins.
        (sources[net],) = [t for t, _ in ends if t.x + len(t.text) in (left, left - 1)]
        for token, height in ends:
            if token == sources[net]:
                continue
            if bare(token) in texts.signs.values() and token.text not in texts.names.values():
                entering.setdefault(token, []).append((height, net))
            else:
                leaving[token.text] = net
    return computed(trace, sources, entering, leaving, bare, known, boxed)


def of_drawing(trace: Trace, parts: Parts, spelt: dict[str, str], known: Known) -> Counter[int]:
    """What the gates of an SVG or a TikZ picture compute; `spelt` says which sign is which."""
    sources: dict[int, Thing] = {}
    entering: dict[Thing, list[Port]] = {}
    leaving: dict[str, int] = {}
    for number, net in enumerate(nets(parts)):
        sources[number] = net.source
        for thing, height in net.ends:
            if thing.is_gate:
                entering.setdefault(thing, []).append((height, number))
            else:
                leaving[spelt.get(thing.text, thing.text)] = number
    return computed(trace, sources, entering, leaving, lambda t: spelt.get(t.text, t.text), known)


def bare(token: Token) -> str:
    """A sign without its circle."""
    text = token.text
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def see_that_wires_are_true(trace: Trace, width: int = 80) -> bool:
    drawn = circuit(trace, Look(width))
    if isinstance(drawn, str):
        return False
    taken = take_apart([line.plain for line in drawn])
    known: Known = {}
    _, wanted = of_graph(trace, known)
    assert of_terminal(trace, taken, known) == wanted
    return True


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "MOST_LINES", 10**6)
    monkeypatch.setattr(terminal, "MOST_GATES", 10**6)


@pytest.mark.parametrize("name", CLASSICS)
@pytest.mark.parametrize("width", [80, 200])
def test_wires_of_the_terminal(name: str, width: int) -> None:
    assert see_that_wires_are_true(classic(name), width)


@pytest.mark.parametrize("seed", range(0, 200, 1 if needs.ALL else 7))
def test_wires_of_random_circuits(seed: int) -> None:
    trace = random_circuit(seed)
    assert see_that_wires_are_true(trace, 160)
    see_that_svg_is_true(trace, None if seed % 2 else 900)


def see_that_svg_is_true(trace: Trace, width: float | None) -> None:
    drawing = placed(trace, Look(), width)
    parts = of_svg("".join(svg(trace, drawing, Look(), THEMES["light"], interactive=True)))
    texts = labels(trace, Look(), MANNER)
    known: Known = {}
    _, wanted = of_graph(trace, known)
    spelt = {chalk(sign): sign for sign in texts.signs.values()}
    assert of_drawing(trace, parts, spelt, known) == wanted
    found = list(nets(parts))
    assert not shared(found)
    for dot in parts.dots:
        through = [net for net in found if any(_near(dot, piece) for piece in net.pieces)]
        assert len(through) == 1, f"another wire is near the dot at {dot}"
    for label in parts.labels:
        near = sorted(
            (min(distance(label, p) for p in net.pieces), net.source.node) for net in found
        )
        mine = [away for away, node in near if node == label.node]
        others = [away for away, node in near if node != label.node]
        assert mine[0] < 10, f"{label.text} stands away from its wire"
        assert not others or others[0] > min(5, mine[0]), f"{label.text} stands at another wire"
    for net in found:
        for thing in parts.things:
            mine = thing == net.source or thing in [end for end, _ in net.ends]
            assert mine or min(distance(thing, piece) for piece in net.pieces) > 3


def _near(dot: Point, piece: Piece) -> bool:
    return distance(Thing("", *dot, *dot, is_gate=False), piece) < 6


@pytest.mark.parametrize("name", CLASSICS)
@pytest.mark.parametrize("width", [None, 900])
def test_wires_of_svg(name: str, width: float | None) -> None:
    see_that_svg_is_true(classic(name), width)


@pytest.mark.parametrize("name", CLASSICS)
def test_wires_of_tikz(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tikz, "MOST_LINES", 10**6)
    trace = classic(name)
    notation = LatexNotation(trace.graph)
    parts = of_tikz(tikz.picture(trace, notation))
    texts = labels(trace, Look(), MANNER)
    spelt = {tikz._sign(sign): sign for sign in texts.signs.values()}
    spelt |= {f"${notation.called[k]}$": texts.names[k] for k in texts.args}
    known: Known = {}
    _, wanted = of_graph(trace, known)
    assert of_drawing(trace, parts, spelt, known) == wanted
    found = list(nets(parts))
    assert not shared(found)


@pytest.mark.parametrize("name", ["mazur", "lstm", "batch-normalisation"])
def test_wires_of_named_steps(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "MOST_GATES", 6)
    trace = classic(name)
    drawn = circuit(trace, Look(100))
    assert not isinstance(drawn, str)
    *lines, _, said = [line.plain for line in drawn]
    assert said.startswith("In brackets")
    known: Known = {}
    _, wanted = of_graph(trace, known, boxed=True)
    assert of_terminal(trace, take_apart(lines), known, boxed=True) == wanted


def test_what_comes_back_through_a_box_adds_up() -> None:
    trace = run("h = x*y + sin(x); f = h*x + h^2*x", x=2, y=3)
    texts = texts_of(trace, boxed=True)
    x = trace.graph.inputs["x"]
    sent = [
        float(texts.sent[k, place])
        for k, feeding in texts.args.items()
        for place, arg in enumerate(feeding)
        if arg == x
    ]
    assert len(sent) == 2
    assert sum(sent) == pytest.approx(trace.gradients["x"], rel=1e-3)
