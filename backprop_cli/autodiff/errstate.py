"""Let inf and NaN pass without a warning: they are values to teach with."""

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

from backprop_cli.graph.graph import Graph

_NOTHING = nullcontext()


@cache
def _errstate() -> Any:
    from numpy import errstate

    return errstate


def without_warnings(graph: Graph) -> AbstractContextManager[Any]:
    """A context in which arithmetic on arrays does not warn; plain floats never do."""
    if graph.is_scalar:
        return _NOTHING
    context: AbstractContextManager[Any] = _errstate()(all="ignore")
    return context
