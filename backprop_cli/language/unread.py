"""What people write that formulas do not have, and what to write instead of it, by meaning."""

NO_GRADIENT = "it has no gradient: give its value as an input"

REMAINDER = "a remainder is x - n*y, with n the whole quotient as a number"

INSTEAD: dict[str, str] = {
    "dropout": "it multiplies by a mask, which is an input: write m * x",
    "argmax": "it has no gradient: for the largest value write max(x)",
    "argmin": "it has no gradient: for the smallest value write min(x)",
    **dict.fromkeys(("floor", "ceil", "round", "trunc", "argsort"), NO_GRADIENT),
    **dict.fromkeys(
        ("randn", "rand", "random", "normal", "uniform"), "give the random numbers as an input"
    ),
    "selu": "write 1.0507 * where(x > 0, x, 1.67326*(exp(x) - 1))",
    "relu6": "write clip(x, 0, 6)",
    "hardtanh": "write clip(x, -1, 1)",
    "heaviside": "write 1[x > 0]",
    "softmin": "write softmax(-x)",
    "logit": "write log(x/(1 - x))",
    "sech": "write 1/cosh(x)",
    "cot": "write 1/tan(x)",
    "sgn": "write sign(x)",
    "tg": "write tan(x)",
    "lg": "write log10(x), or log2(x) where base 2 is meant",
    "arctg": "write arctan(x)",
    "average": "write mean(x)",
    "shape": "a shape is no part of a formula: write its number",
    "size": "a size is no part of a formula: write its number",
}
"""Name of a function -> what to write instead of it. Used only where no function has the name."""

_OPERATORS = {"neg": "-x", "pow": "x^y", "hypot": "sqrt(x^2 + y^2)", "rsqrt": "1/sqrt(x)"}
_OPERATORS |= {"reciprocal": "1/x"}


def instead_of(name: str) -> str | None:
    """What to write instead of a function: as people call it, or as a library of Python does."""
    from backprop_cli.language.readers.python.vocabulary import FUNCTIONS

    if name in INSTEAD:
        return INSTEAD[name]
    meant = FUNCTIONS[name].name if name in FUNCTIONS else name
    if not meant.isidentifier():
        return f"write x {meant} y"
    if meant in _OPERATORS:
        return f"write {_OPERATORS[meant]}"
    return f"write {meant}(…)" if meant != name else None
