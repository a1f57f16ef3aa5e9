"""Learn and teach backpropagation: every chain-rule step of any formula.

>>> from backprop_cli import explain
>>> explain("(x+y)*z", x=-2, y=5, z=-4).gradients
{'x': -4.0, 'y': -4.0, 'z': 3.0}
"""

# As in typing, which takes longer to import than a Ctrl-C can wait for its handler.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from backprop_cli.api import Explanation as Explanation
    from backprop_cli.api import explain as explain
    from backprop_cli.errors import BackpropError as BackpropError

__all__ = ["BackpropError", "Explanation", "explain"]

_HOME = {"explain": "api", "Explanation": "api", "BackpropError": "errors"}


def __getattr__(name: str) -> object:
    """Import the public names when they are asked for: the command line starts without them."""
    if name not in _HOME:
        raise AttributeError(f"module 'backprop_cli' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"backprop_cli.{_HOME[name]}"), name)


def load_ipython_extension(ipython: object) -> None:
    """Give a notebook the cell magic %%backprop, as `%load_ext backprop_cli` asks."""
    from backprop_cli.notebook import load_ipython_extension as load

    load(ipython)
