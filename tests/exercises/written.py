"""Gates as a student would write them, for every gate that can be asked for."""

FIT = """
import numpy as np
from math import *


def fit(gradient, like):
    shape = np.shape(like)
    while np.ndim(gradient) > len(shape):
        gradient = np.sum(gradient, axis=0)
    for axis, n in enumerate(shape):
        if n < np.shape(gradient)[axis]:
            gradient = np.sum(gradient, axis=axis, keepdims=True)
    return gradient

"""

RIGHT: dict[str, tuple[str, ...]] = {
    # gate: forward, dx, dy (z is what forward returned)
    "add": ("x + y", "dz", "dz"),
    "sub": ("x - y", "dz", "-dz"),
    "mul": ("x * y", "dz * y", "dz * x"),
    "div": ("x / y", "dz / y", "-dz * x / y**2"),
    "pow": ("x ** y", "dz * y * x ** (y - 1)", "dz * z * np.log(x)"),
    "max": ("np.maximum(x, y)", "dz * (x > y)", "dz * (y > x)"),
    "min": ("np.minimum(x, y)", "dz * (x < y)", "dz * (y < x)"),
    "neg": ("-x", "-dz"),
    "1/x": ("1 / x", "-dz / x**2"),
    "square": ("x**2", "2 * x * dz"),
    "exp": ("np.exp(x)", "dz * z"),
    "log": ("np.log(x)", "dz / x"),
    "sqrt": ("np.sqrt(x)", "dz / (2 * z)"),
    "abs": ("np.abs(x)", "dz * np.sign(x)"),
    "sin": ("np.sin(x)", "dz * np.cos(x)"),
    "cos": ("np.cos(x)", "-dz * np.sin(x)"),
    "tan": ("np.tan(x)", "dz / np.cos(x)**2"),
    "tanh": ("np.tanh(x)", "dz * (1 - z**2)"),
    "sigmoid": ("1 / (1 + np.exp(-x))", "dz * z * (1 - z)"),
    "relu": ("np.maximum(0, x)", "dz * (x > 0)"),
    "softplus": ("np.log(1 + np.exp(x))", "dz / (1 + np.exp(-x))"),
    "max_in": ("np.max(x)", "dz * (x == z)"),
    "min_in": ("np.min(x)", "dz * (x == z)"),
    "matmul": ("x @ y", "dz @ y.T", "x.T @ dz"),
    "dot": ("np.dot(x, y)", "dz * y", "dz * x"),
    "outer": ("np.outer(x, y)", "dz @ y", "dz.T @ x"),
    "sum": ("np.sum(x)", "dz * np.ones_like(x)"),
    "mean": ("np.mean(x)", "dz * np.ones_like(x) / x.size"),
    "norm": ("np.linalg.norm(x)", "dz * x / z"),
    "L2": ("np.sum(x**2)", "dz * 2 * x"),
    "logsumexp": ("np.log(np.sum(np.exp(x)))", "dz * np.exp(x - z)"),
    "softmax": ("np.exp(x) / np.sum(np.exp(x))", "z * (dz - np.sum(dz * z))"),
    "transpose": ("x.T", "dz.T"),
    "copy": ("x + 0", "dz"),
    "less": ("1.0 * (x < y)", "0 * dz", "0 * dz"),
    "less_equal": ("1.0 * (x <= y)", "0 * dz", "0 * dz"),
    "greater": ("1.0 * (x > y)", "0 * dz", "0 * dz"),
    "greater_equal": ("1.0 * (x >= y)", "0 * dz", "0 * dz"),
    "equal": ("1.0 * (x == y)", "0 * dz", "0 * dz"),
    "not_equal": ("1.0 * (x != y)", "0 * dz", "0 * dz"),
    "sign": ("np.sign(x)", "0 * dz"),
    "mask": ("np.where(x != 0, y, 0)", "0 * dz", "dz * (x != 0)"),
    "stop": ("x + 0", "0 * dz"),
    "arcsin": ("np.arcsin(x)", "dz / np.sqrt(1 - x**2)"),
    "arccos": ("np.arccos(x)", "-dz / np.sqrt(1 - x**2)"),
    "arctan": ("np.arctan(x)", "dz / (1 + x**2)"),
    "atan2": ("np.arctan2(x, y)", "dz * y / (x**2 + y**2)", "-dz * x / (x**2 + y**2)"),
    "log2": ("np.log2(x)", "dz / (x * np.log(2))"),
    "log10": ("np.log10(x)", "dz / (x * np.log(10))"),
    "log1p": ("np.log1p(x)", "dz / (1 + x)"),
    "expm1": ("np.expm1(x)", "dz * np.exp(x)"),
    "cbrt": ("np.cbrt(x)", "dz / (3 * np.cbrt(x)**2)"),
    "erf": ("np.vectorize(erf)(x)", "dz * 2 / np.sqrt(pi) * np.exp(-(x**2))"),
    "gelu": (
        "x / 2 * (1 + np.vectorize(erf)(x / np.sqrt(2)))",
        "dz * (z / x + x * np.exp(-(x**2) / 2) / np.sqrt(2 * pi))",
    ),
    "leaky_relu": ("np.where(x > 0, x, 0.01 * x)", "dz * np.where(x > 0, 1, 0.01)"),
    "sinh": ("np.sinh(x)", "dz * np.cosh(x)"),
    "cosh": ("np.cosh(x)", "dz * np.sinh(x)"),
}
SIZED = ("matmul", "outer")
"""Here the gradients have their shapes by themselves."""


def written(gate: str, *backward: str, forward: str = "", name: str = "Gate") -> bytes:
    """The source of a class; what is not given is right."""
    right, *gradients = RIGHT[gate]
    names = ("x", "y")[: len(gradients)]
    sent = backward or gradients
    if gate not in SIZED and len(names) == 2:
        sent = [f"fit({text}, {name})" for text, name in zip(sent, names, strict=False)]
    return f"""{FIT}
class {name}:
    def forward(self, {", ".join(names)}):
        z = {forward or right}
        self.kept = {", ".join(names)}, z
        return z

    def backward(self, dz):
        {", ".join(names)}, z = self.kept
        return [{", ".join(sent)}]
""".encode()
