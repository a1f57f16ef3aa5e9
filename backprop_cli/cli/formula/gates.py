"""`backprop gates`: the gate table as a reference card, and one gate in full."""

import click

from backprop_cli.cli.options import ascii_option
from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates.gate import Gate


@click.command()
@click.argument("name", required=False)
@ascii_option
def gates(name: str | None, only_ascii: bool) -> None:
    """Show what each gate computes, and what it does to the gradient.

    Without NAME, the table of all gates: forward, local derivatives, pattern.
    With NAME, one gate in full: its domain, its kink and the convention there,
    what other frameworks return, and an example run.

    \b
    Examples:
      backprop gates
      backprop gates max
    """
    from backprop_cli.cli.terminal import console, look_of, show_lines
    from backprop_cli.gates.table import BY_NAME
    from backprop_cli.graph.functions import CALLS
    from backprop_cli.render.text.gates import card, gate_lines

    terminal = console()
    look = look_of(terminal, 4, only_ascii)
    if name is None:
        show_lines(terminal, card(look))
        return
    gate = BY_NAME.get(name) or CALLS.get(name) or _by_sign(name)
    if gate is None:
        hint = did_you_mean(name, list(BY_NAME)) or "backprop gates lists them all"
        raise BackpropError(f"there is no gate '{name}'", hint=hint)
    show_lines(terminal, gate_lines(gate, look))


def _by_sign(sign: str) -> Gate | None:
    """The gate of an operator: * is mul."""
    from backprop_cli.gates.table import GATES

    return next((gate for gate in GATES if gate.text.split()[1:2] == [sign]), None)
