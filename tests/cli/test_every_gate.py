"""Every command and every format works with every gate of the table, on the example of its card."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import GATES
from backprop_cli.render.text.gates import example

BACKPROP = Callable[..., Any]
FORMATS = ("json", "latex", "markdown", "python", "html", "svg", "dot", "mermaid")


def arguments(gate: Gate) -> tuple[str, ...]:
    """The example as one types it; its squares are added up to a number."""
    run = example(gate)
    text = f"{run.graph.source}; L = sum(square(f))"
    given = [(f"--{name}", json.dumps(np.asarray(run.values[node]).tolist()))
             for name, node in run.graph.inputs.items()]  # fmt: skip
    return text, *[part for pair in given for part in pair]


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_every_command_and_format_knows_the_gate(backprop: BACKPROP, gate: Gate) -> None:
    formula, *inputs = arguments(gate)
    first = ",".join("0" * np.ndim(example(gate).values[0]))
    sections = [["--jacobian", "all"], ["--shapes"], ["--flow"]]
    sections += [["--element", f"a[{first}]"]] if first else []
    runs = [
        *(["explain", formula, *inputs, "--format", format_] for format_ in FORMATS),
        *(["explain", formula, *inputs, *section] for section in sections),
        ["explain", formula, *inputs, "--words"],
        *(
            ["explain", formula, *inputs, "--format", "python", "--style", style]
            for style in ("gates", "torch")
        ),
        ["check", formula, *inputs],
        ["hessian", formula, *inputs],
        ["modes", formula, *inputs],
        ["gates", gate.name],
    ]
    for asked in runs:
        ran = backprop(*asked)
        assert ran.status == 0, (asked, ran.err)
        assert ran.out, asked
