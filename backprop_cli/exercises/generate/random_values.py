"""Draw values: a number on a grid, an array of them, one near another."""

from math import prod

from backprop_cli.exercises.generate.stable_random import StableRandom
from backprop_cli.gates.value import Value


def drawn_value(
    random: StableRandom, low: float, high: float, step: float, shape: tuple[int, ...] = ()
) -> Value:
    """A multiple of `step` between two bounds, or an array of them."""
    if not shape:
        return random.number(low, high, step)
    import numpy as np

    numbers = [random.number(low, high, step) for _ in range(prod(shape))]
    return np.array(numbers).reshape(shape)


def jittered(random: StableRandom, value: Value) -> Value:
    """A value near another, with digits that nobody would choose."""
    if isinstance(value, float):
        return value * random.number(0.6, 1.4, 1e-6) + random.number(-0.1, 0.1, 1e-6)
    import numpy as np

    factors = [random.number(0.6, 1.4, 1e-6) for _ in range(value.size)]
    moved: Value = value * np.array(factors).reshape(value.shape)
    return moved
