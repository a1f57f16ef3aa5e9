"""Formulas that mean a gate: what `--fold` writes as one gate, each in its usual spellings."""

SIGMOID = ("1/(1 + exp(-u))", "(1 + exp(-u))^-1", "exp(u)/(1 + exp(u))", "1/(1 + 1/exp(u))")
TANH = (
    "1 - 2/(exp(2*u) + 1)",
    "(exp(u) - exp(-u))/(exp(u) + exp(-u))",
    "(exp(2*u) - 1)/(exp(2*u) + 1)",
    "(1 - exp(-2*u))/(1 + exp(-2*u))",
    "2*sigmoid(2*u) - 1",
)
SOFTPLUS = ("log(1 + exp(u))",)
RELU = ("max(0, u)", "max(u, 0)")
SQUARE = ("u*u",)
NORM = (
    "sqrt(sum(u^2))", "sqrt(sum(u*u))", "sqrt(dot(u, u))", "sum(u^2)^0.5", "sum(u^2)^(1/2)",
)  # fmt: skip
L2 = ("sum(u^2)", "sum(u*u)", "sum(square(u))", "dot(u, u)")
LOGSUMEXP = ("log(sum(exp(u)))",)
SOFTMAX = ("exp(u)/sum(exp(u))",)
