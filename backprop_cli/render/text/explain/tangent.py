"""The curve of the output along one input, with its tangent: what a gradient is, as a picture."""

from math import isfinite

from rich.text import Text

from backprop_cli.analysis.curve import TangentAt, tangent_at
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError, inert
from backprop_cli.render.text.framed import framed, room
from backprop_cli.render.text.lines import said, title
from backprop_cli.render.text.lookup import element_asked
from backprop_cli.render.text.options import Look
from backprop_cli.render.text.plot import Curve, plot
from backprop_cli.render.text.section import SectionRequest

OPTION = "--plot"
HEIGHT = 12


def tangent_lines(trace: Trace, look: Look, request: SectionRequest) -> list[Text]:
    """The curve, the dotted tangent, and the slope in words."""
    if not isinstance(trace.value, float):
        what = f"{OPTION} draws a curve of the output, which must be a number"
        raise BackpropError(what, hint="make it one: sum(…), ||…||^2 or an element")
    element = element_asked(trace, request.argument, OPTION)
    found = tangent_at(trace, element)
    f, x = inert(trace.output), inert(element.name)
    finite = [y for _, y in found.curve if isfinite(y)]
    head = title(f"{f} as {x} moves", "the other inputs stand still", look)
    if len(finite) < 2 or not isfinite(found.value):
        return [head, *said(f"{f} is no finite number there, so there is nothing to draw.", look)]
    curves = [Curve(found.curve)]
    if isfinite(found.slope):
        curves.append(Curve(found.tangent, is_dotted=True))
    drawn = plot(curves, room(look), HEIGHT, look.ascii, (found.x, found.value))
    ends = (found.curve[0][0], found.curve[-1][0])
    return [
        head,
        *framed(drawn, (min(finite), max(finite)), ends, look),
        *_words(found, f, x, look),
    ]


def _words(found: TangentAt, f: str, x: str, look: Look) -> list[Text]:
    where = f"{x} = {look.number(found.x)}"
    left = look.derivative(f, x)
    slope = look.number(found.slope)
    if not isfinite(found.slope):
        return said(f"At {where}, the disc, {left} = {slope}: there is no tangent to draw.", look)
    way = "rises" if found.slope > 0 else "falls" if found.slope < 0 else "is level"
    at = f"At {where}, the disc, {f} is {look.number(found.value)} and {way}"
    return said(f"{at}: {left} = {slope} is the slope of the dotted line, the tangent.", look)
