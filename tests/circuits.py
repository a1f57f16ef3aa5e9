"""Circuits whose drawings are taken apart again: the classics, and any number of random ones."""

import random
from typing import Any

import numpy as np
from helpers import EXAMPLES, run

from backprop_cli.autodiff.trace import Trace

CLASSICS: dict[str, tuple[str, dict[str, Any]]] = {
    **{example["id"]: (example["program"], example["inputs"]) for example in EXAMPLES},
    "cs231n-staged": ("(x+sigmoid(y))/(sigmoid(x)+(x+y)^2)", {"x": 3, "y": -4}),
    "two-products": ("x*y+x*y*x", {"x": 3, "y": -4}),
    "not-a-number": ("log(x)*relu(x)", {"x": -3}),
    "lstm": (
        "i = sigmoid(wi*x + ui*h + bi); o = sigmoid(wo*x + uo*h + bo);"
        "k = sigmoid(wf*x + uf*h + bf); g = tanh(wg*x + ug*h + bg);"
        "c1 = k*c + i*g; h1 = o*tanh(c1)",
        {n: v / 7 for v, n in enumerate(["wi", "ui", "bi", "wo", "uo", "bo", "wf", "uf", "bf", "wg", "ug", "bg", "x", "h", "c"], -6)},
    ),
    "batch-normalisation": (
        "mu = mean(x); d = x - mu; v = mean(d^2); s = sqrt(v + 0.00001); g*(d/s) + b; "
        "y = sum((g*(d/s) + b)^2)",
        {"x": [1, 2, 4], "g": 2, "b": 0.5},
    ),
    "mazur": (
        "h1 = sigmoid(w1*i1 + w2*i2 + b1); h2 = sigmoid(w3*i1 + w4*i2 + b1);"
        "o1 = sigmoid(w5*h1 + w6*h2 + b2); o2 = sigmoid(w7*h1 + w8*h2 + b2);"
        "E = (t1-o1)^2/2 + (t2-o2)^2/2",
        {
            **{f"w{n}": 0.1 + n / 20 for n in range(1, 9)},
            "i1": 0.05, "i2": 0.1, "b1": 0.35, "b2": 0.6, "t1": 0.01, "t2": 0.99,
        },
    ),
    "attention": (
        "Q = X@A; K = X@B; V = X@C; S = softmax(Q@K.T/1.4, axis=1); sum((S@V)^2)",
        {
            "X": np.arange(4).reshape(2, 2) / 3,
            "A": np.eye(2),
            "B": np.eye(2) + 0.1,
            "C": np.eye(2) - 0.3,
        },
    ),
    "residual": ("h = relu(W1@x + b1); y = x + W2@h; sum(y^2)", {
        "W1": np.eye(2), "W2": np.eye(2) / 2, "x": [1, -2], "b1": [0.1, 0.2],
    }),
    "many": ("max(x, y, z, x, w) + max(z, y, x)", {"x": 1, "y": 2, "z": 3, "w": 4}),
}  # fmt: skip


def classic(name: str) -> Trace:
    formula, inputs = CLASSICS[name]
    return run(formula, **inputs)


def random_circuit(seed: int) -> Trace:
    """A circuit of 2 to 40 gates in which values go to several gates."""
    dice = random.Random(seed)
    inputs = ["x", "y", "z", "w", "v"][: dice.randint(1, 5)]
    names, steps = list(inputs), []
    for number in range(dice.randint(2, 40)):
        one, other, third = (
            dice.choice(names[-6:] if dice.random() < 0.6 else names) for _ in range(3)
        )
        kinds = [f"{one}+{other}", f"{one}*{other}", f"{one}-{other}", f"{one}/({other}^2+2)"]
        kinds += [f"sin({one})", f"sigmoid({one})", f"2*{one}", f"max({one}, {other}, {third})"]
        steps.append(f"s{number} = {dice.choice(kinds)}")
        names.append(f"s{number}")
    # So that every step is used, the last one adds up what would lie idle.
    text = ";".join(steps)
    idle = [n for n in names[len(inputs) :] if text.count(n) == 1] or [names[-1]]
    return run(
        f"{text}; f = " + " + ".join(idle), **dict(zip(inputs, (2, -3, 0.5, 1.5, -1), strict=False))
    )
