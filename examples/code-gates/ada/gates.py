"""Three gates, right for numbers, for arrays, and for shapes that are broadcast."""

import numpy as np


def summed(gradient, like):
    """The gradient in the shape of `like`: what was copied forwards hears from every copy."""
    shape = np.shape(like)
    while np.ndim(gradient) > len(shape):
        gradient = np.sum(gradient, axis=0)
    for axis, length in enumerate(shape):
        if length < np.shape(gradient)[axis]:
            gradient = np.sum(gradient, axis=axis, keepdims=True)
    return gradient


class MultiplyGate:
    """z = x * y switches: each input gets the other's value times the upstream."""

    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dz):
        return [summed(dz * self.y, self.x), summed(dz * self.x, self.y)]


class AddGate:
    """z = x + y distributes the upstream."""

    def forward(self, x, y):
        self.x, self.y = x, y
        return x + y

    def backward(self, dz):
        return [summed(dz, self.x), summed(dz, self.y)]


class MaxGate:
    """z = max(x, y) routes the upstream to the larger input."""

    def forward(self, x, y):
        self.x, self.y = x, y
        return np.maximum(x, y)

    def backward(self, dz):
        return [
            summed(dz * (self.x > self.y), self.x),
            summed(dz * (self.y > self.x), self.y),
        ]


class SigmoidGate:
    """y = 1/(1 + e^-x): its slope is written with its own output."""

    def forward(self, x):
        self.y = 1 / (1 + np.exp(-np.asarray(x, dtype=float)))
        return self.y

    def backward(self, dy):
        return [dy * (1 - self.y) * self.y]


class MatMulGate:
    """z = x @ y switches in matrix form."""

    def forward(self, x, y):
        self.x, self.y = np.asarray(x), np.asarray(y)
        return self.x @ self.y

    def backward(self, dz):
        x, y, dz = self.x, self.y, np.asarray(dz)
        dx = np.outer(dz, y) if y.ndim == 1 and x.ndim == 2 else dz @ y.T
        dy = np.outer(x, dz) if x.ndim == 1 and y.ndim == 2 else x.T @ dz
        return [dx, dy]
