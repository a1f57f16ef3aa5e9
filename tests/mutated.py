"""Formulas in every notation, and slips of the hand in them."""

from random import Random
from typing import Any, NamedTuple

W = [[0.5, -1.0], [2.0, 0.25]]
X = [1.0, -2.0]


class Start(NamedTuple):
    """A formula that is right, before a slip, and its inputs."""

    text: str
    inputs: dict[str, Any]


STARTS = [
    Start("½‖Ax − b‖₂²", {"A": W, "x": X, "b": X}),
    Start("f(w, b) = (wu + b − t)²", {"w": 0.5, "u": 3.0, "b": 0.25, "t": 1.0}),
    Start("|x − 2y| sin²(x) + cos 2πx", {"x": 1.0, "y": 2.0}),
    Start("Σ_{i=1}^{2} v_i² u_i + xᵀAx", {"v": X, "u": X, "x": X, "A": W}),
    Start("½x² if |x| ≤ δ else δ(|x| − ½δ)", {"x": 2.0, "δ": 1.0}),
    Start("4ε[(σ/r)¹² − (σ/r)⁶] + 1(r<2)*r", {"ε": 1.0, "σ": 1.0, "r": 1.2}),
    Start(r"\frac{1}{1 + e^{-(w_0 x_0 + w_1)}}", {"w_0": 2.0, "x_0": -1.0, "w_1": 3.0}),
    Start(r"\max\{0, 1 - t\,(w^\top u + b)\} + \frac{\lambda}{2}\|w\|^2",
          {"t": 1.0, "w": X, "u": X, "b": 0.1, "λ": 0.01}),
    Start(r"\begin{aligned} q &= x + y \\ f &= q z \end{aligned}", {"x": 1.0, "y": 2.0, "z": 3.0}),
    Start(r"\begin{cases} x & x > 0 \\ 0.1 x & \text{otherwise} \end{cases}", {"x": 1.5}),
    Start(r"-\sum_{i=1}^{2} y_i \log \left(p_i\right)", {"y": [0.0, 1.0], "p": [0.4, 0.6]}),
    Start("np.sum(np.maximum(0, W.dot(x) + b))", {"W": W, "x": X, "b": X}),
    Start("a = 2.0\nc = a * b\nc += a\nd = c ** 2\nd *= b", {"b": -3.0}),
    Start('def loss(w, u):\n    """One neuron."""\n    h = math.tanh(w * u)\n    return h ** 2',
          {"w": 0.7, "u": 1.3}),
    Start("h = h0\nfor i in range(3):\n    h = np.tanh(w * h + u)", {"u": 0.3, "w": 0.9, "h0": 0.1}),
    Start("y = [1, 0]\nL = -np.log(P[range(2), y]).mean()", {"P": [[0.2, 0.8], [0.5, 0.5]]}),
]  # fmt: skip

LETTERS = "xyzw123()[]{}|‖^_·*/+-=,;:.\\ᵀ²⁻¹Σ√½\n λσ@<>'\"#&$"


def mutated(text: str, random: Random) -> str:
    """The text with one to four slips: a letter lost, added, or two exchanged."""
    letters = list(text)
    for _ in range(random.randint(1, 4)):
        place, kind = random.randrange(len(letters) + 1), random.random()
        if kind < 0.4 and len(letters) > 1:
            del letters[min(place, len(letters) - 1)]
        elif kind < 0.75:
            letters.insert(place, random.choice(LETTERS))
        else:
            place, other = min(place, len(letters) - 1), random.randrange(len(letters))
            letters[place], letters[other] = letters[other], letters[place]
    return "".join(letters)
