"""At which gates the first two tables of mistakes look for each of their rules.

A student's inputs are drawn so that the mistakes of *one* table are told apart: the table of the
day on which the exercise was written. These inputs must never change. So what came later, a row
or one more gate at which a row is looked for, counts from its own table on. Nothing is added
here: whatever does not stand here belongs to the third table, or to that of its row.
"""

TABLE = 3
"""The table of today."""

TABLES_1_AND_2: dict[str, str] = {
    "mul-not-switched": "mul dot",
    "local-factor-lost": (
        "1/x exp log sqrt abs sin cos tan tanh sigmoid softplus square relu norm L2 mean logsumexp "
        "softmax mul div pow"
    ),
    "max-to-both": "max min max_of min_of max_in min_in",
    "max-to-wrong-input": "max min max_of min_of max_in min_in",
    "add-scales": "add sub sum",
    "sign-lost": "sub neg 1/x div cos sin",
    "sign-turned": "add sub mul div square L2 exp log sqrt sigmoid tanh relu sum",
    "factor-lost": "square L2 pow sqrt",
    "power-not-lowered": "square L2 pow",
    "denominator-not-squared": "div 1/x",
    "square-in-the-wrong-place": "div",
    "numerator-reversed": "div",
    "slope-at-the-input": "sigmoid tanh exp",
    "mask-from-the-gradient": "relu",
    "matmul-not-transposed": "matmul",
    "matmul-wrong-order": "matmul",
    "matmul-elementwise": "matmul",
    "value-for-slope": "sigmoid tanh",
}
"""Mistake -> the gates at which it is looked for since its row is there."""


def first_table(mistake: str, gate: str, since: int) -> int:
    """The first table in which a mistake is looked for at a gate.

    Args:
        mistake: the name of a row, or of a mistake of a teacher's own.
        gate: the name of a gate.
        since: the first table that has the row.
    """
    gates = TABLES_1_AND_2.get(mistake)
    return since if gates is None or gate in gates.split() else max(since, 3)
