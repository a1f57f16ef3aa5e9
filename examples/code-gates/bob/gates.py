"""The same three gates, each with a fault that many make first."""


class MultiplyGate:
    def forward(x, y):
        return x * y

    def backward(self, dz):
        return [dz * self.y, dz * self.x]


class AddGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x + y

    def backward(self, dz):
        return [dz * self.x, dz * self.y]


class MaxGate:
    def forward(self, x, y):
        return x if x > y else y

    def backward(self, dz):
        return [dz * (self.x > self.y), dz * (self.y > self.x)]
