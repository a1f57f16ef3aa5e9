"""The gate table: one gate, one row. Its tests, its help and its card come from the row.

To add a gate, add a row. `forward` may call any function that Python's `math` and NumPy
both have (sinh, cosh, log1p, ...), or one of `scalars.py` and `arrays.py` beside this file.
"""

from backprop_cli.gates import frameworks, spelled_out
from backprop_cli.gates.gate import Gate, Kink, Pattern
from backprop_cli.gates.shape_rules.determinant import DETERMINANT
from backprop_cli.gates.shape_rules.dot import DOT
from backprop_cli.gates.shape_rules.index import INDEX
from backprop_cli.gates.shape_rules.matmul import MATMUL
from backprop_cli.gates.shape_rules.outer import OUTER
from backprop_cli.gates.shape_rules.reduce import REDUCE
from backprop_cli.gates.shape_rules.same import SAME
from backprop_cli.gates.shape_rules.square import SQUARE
from backprop_cli.gates.shape_rules.stack import STACK
from backprop_cli.gates.shape_rules.transpose import TRANSPOSE

DISTRIBUTOR, ROUTER = Pattern.DISTRIBUTOR, Pattern.ROUTER
SWITCHER, SCALER = Pattern.SWITCHER, Pattern.SCALER

A, AB = ("a",), ("a", "b")

# The minimum-norm sub-gradient, as PyTorch documents it: "Gradients for
# non-differentiable functions" in its autograd notes.
TIE = "a tie: the gradient is split evenly"

MAX_KINK = Kink("a == b", ("0", "0"), ("1", "1"), TIE, tie=True)
MIN_KINK = Kink("a == b", ("1", "1"), ("0", "0"), TIE, tie=True)
MAX_OF_KINK = Kink("ties(all, out) > 1", ("0",), ("1",), TIE, tie=True)
MIN_OF_KINK = Kink("ties(all, out) > 1", ("1",), ("0",), TIE, tie=True)
MAX_IN_KINK = Kink("sum(1[a == out]) > 1", ("0",), ("1",), TIE, tie=True)
MIN_IN_KINK = Kink("sum(1[a == out]) > 1", ("1",), ("0",), TIE, tie=True)
RELU_KINK = Kink("a == 0", ("0",), ("1",), "relu takes 0, the smallest slope between the two")
ABS_KINK = Kink("a == 0", ("-1",), ("1",), "abs takes 0, the smallest slope between the two")
NORM_KINK = Kink("out == 0", ("-1",), ("1",), "the norm takes 0, the smallest slope of all")
SQRT_KINK = Kink("a == 0", ("nan",), ("inf",), "sqrt takes the slope from the right")
LOG_KINK = Kink("a == 0", ("nan",), ("inf",), "log takes the slope from the right")
POW_KINK = Kink("abs(a) + abs(b) == 0", ("0", "nan"), ("0", "-inf"), "0^0 takes 0 for both")

BESIDE_MANY = ("where(out == constant, 0, 1[a == out] / ties(all, out))",)

FLAT = "a condition has slope 0, and jumps"

# fmt: off
GATES: tuple[Gate, ...] = (
    # Arithmetic
    Gate("add", AB, "a + b", ("1", "1"), DISTRIBUTOR),
    Gate("sub", AB, "a - b", ("1", "-1"), DISTRIBUTOR, class_stem="Subtract"),
    Gate("neg", A, "-a", ("-1",), SCALER, label="*-1", class_stem="Negate"),
    Gate("mul", AB, "a * b", ("b", "a"), SWITCHER, class_stem="Multiply"),
    Gate("div", AB, "a / b", ("1 / b", "-a / b^2"), SCALER, domain="b != 0", class_stem="Divide"),
    Gate("1/x", A, "1 / a", ("-1 / a^2",), SCALER, domain="a != 0", returned=frameworks.AT_RECIPROCAL, class_stem="Reciprocal"),
    Gate("pow", AB, "a^b", ("where(b == 0, 0, b * a^(b - 1))", "where(a == 0, 0, out * log(a))"), SCALER, domain="a > 0", beyond="a < 0 where b is whole", kink=POW_KINK, returned=frameworks.AT_POW, aliases=("pow",), class_stem="Power"),
    Gate("square", A, "a^2", ("2 * a",), SCALER, aliases=("square",), label="^2", stands_for=spelled_out.SQUARE),
    # Functions of one value
    Gate("exp", A, "exp(a)", ("out",), SCALER, practice_range=(-6, 4)),
    Gate("log", A, "log(a)", ("1 / a",), SCALER, domain="a > 0", kink=LOG_KINK, aliases=("ln",), practice_range=(0.4, 1000), returned=frameworks.AT_LOG),
    Gate("sqrt", A, "sqrt(a)", ("1 / (2 * out)",), SCALER, domain="a >= 0", kink=SQRT_KINK, practice_range=(0.2, 1000), returned=frameworks.AT_SQRT),
    Gate("abs", A, "abs(a)", ("sign(a)",), SCALER, kink=ABS_KINK, returned=frameworks.AT_ABS),
    Gate("sin", A, "sin(a)", ("cos(a)",), SCALER),
    Gate("cos", A, "cos(a)", ("-sin(a)",), SCALER),
    Gate("tan", A, "tan(a)", ("1 + out^2",), SCALER),
    Gate("tanh", A, "tanh(a)", ("1 - out^2",), SCALER, practice_range=(-4, 4), stands_for=spelled_out.TANH, is_stable=True),
    Gate("sigmoid", A, "sigmoid(a)", ("(1 - out) * out",), SCALER, aliases=("σ",), practice_range=(-8, 8), stands_for=spelled_out.SIGMOID, is_stable=True),
    Gate("relu", A, "relu(a)", ("1[a > 0]",), ROUTER, kink=RELU_KINK, returned=frameworks.AT_RELU, stands_for=spelled_out.RELU),
    Gate("softplus", A, "softplus(a)", ("sigmoid(a)",), SCALER, stands_for=spelled_out.SOFTPLUS, is_stable=True),
    # The larger and the smaller
    Gate("max", AB, "max(a, b)", ("where(a == b, 1/2, 1[a > b])", "where(a == b, 1/2, 1[b > a])"), ROUTER, kink=MAX_KINK, beside_constant=("1[a > b]", "1[b > a]"), returned=frameworks.AT_MAX),
    Gate("min", AB, "min(a, b)", ("where(a == b, 1/2, 1[a < b])", "where(a == b, 1/2, 1[b < a])"), ROUTER, kink=MIN_KINK, beside_constant=("1[a < b]", "1[b < a]")),
    Gate("max_of", A, "max(all)", ("1[a == out] / ties(all, out)",), ROUTER, kink=MAX_OF_KINK, beside_constant=BESIDE_MANY, variadic=True, label="max"),
    Gate("min_of", A, "min(all)", ("1[a == out] / ties(all, out)",), ROUTER, kink=MIN_OF_KINK, beside_constant=BESIDE_MANY, variadic=True, label="min"),
    Gate("max_in", A, "max(a)", ("1[a == out] / sum(1[a == out])",), ROUTER, kink=MAX_IN_KINK, shape=REDUCE, label="max", returned=frameworks.AT_MAX_IN),
    Gate("min_in", A, "min(a)", ("1[a == out] / sum(1[a == out])",), ROUTER, kink=MIN_IN_KINK, shape=REDUCE, label="min"),
    # Conditions: 1 where they hold, 0 elsewhere, flat on both sides of the jump
    Gate("less", AB, "1[a < b]", ("0", "0"), ROUTER, kink=Kink("a == b", ("-inf", "0"), ("0", "inf"), FLAT), label="<"),
    Gate("less_equal", AB, "1[a <= b]", ("0", "0"), ROUTER, kink=Kink("a == b", ("0", "inf"), ("-inf", "0"), FLAT), label="≤"),
    Gate("greater", AB, "1[a > b]", ("0", "0"), ROUTER, kink=Kink("a == b", ("0", "-inf"), ("inf", "0"), FLAT), label=">"),
    Gate("greater_equal", AB, "1[a >= b]", ("0", "0"), ROUTER, kink=Kink("a == b", ("inf", "0"), ("0", "-inf"), FLAT), label="≥"),
    Gate("equal", AB, "1[a == b]", ("0", "0"), ROUTER, kink=Kink("a == b", ("inf", "inf"), ("-inf", "-inf"), FLAT), label="="),
    Gate("not_equal", AB, "1[a != b]", ("0", "0"), ROUTER, kink=Kink("a == b", ("-inf", "-inf"), ("inf", "inf"), FLAT), label="≠"),
    Gate("sign", A, "sign(a)", ("0",), ROUTER, domain="a != 0", beyond="a = 0, where it is 0 and jumps"),
    Gate("mask", AB, "where(a == 0, 0, b)", ("0", "1[a != 0]"), ROUTER, domain="a != 0", beyond="a = 0, where it is 0 and sends nothing", written="mask(a, b)", aliases=("mask",)),
    # Vectors and matrices
    Gate("matmul", AB, "a @ b", ("g @ b.T", "a.T @ g"), SWITCHER, shape=MATMUL, label="*"),
    Gate("dot", AB, "dot(a, b)", ("b", "a"), SWITCHER, shape=DOT),
    Gate("outer", AB, "a @ b.T", ("g @ b", "g.T @ a"), SWITCHER, shape=OUTER, written="outer(a, b)"),
    Gate("sum", A, "sum(a)", ("1",), DISTRIBUTOR, shape=REDUCE),
    Gate("mean", A, "mean(a)", ("1 / n",), DISTRIBUTOR, shape=REDUCE),
    Gate("norm", A, "norm(a)", ("where(out == 0, 0, a / out)",), SCALER, kink=NORM_KINK, shape=REDUCE, written="||a||", returned=frameworks.AT_NORM, stands_for=spelled_out.NORM, is_stable=True),
    Gate("L2", A, "sum(a^2)", ("2 * a",), SCALER, shape=REDUCE, written="||a||^2", stands_for=spelled_out.L2),
    Gate("logsumexp", A, "logsumexp(a)", ("exp(a - out)",), SCALER, shape=REDUCE, stands_for=spelled_out.LOGSUMEXP, is_stable=True),
    Gate("softmax", A, "softmax(a)", ("out * (g - sum(g * out))",), SCALER, shape=SAME, stands_for=spelled_out.SOFTMAX, is_stable=True),
    Gate("inv", A, "inv(a)", ("-out.T @ g @ out.T",), SCALER, shape=SQUARE),
    Gate("det", A, "det(a)", ("cofactors(a)",), SCALER, shape=DETERMINANT),
    Gate("logdet", A, "logdet(a)", ("inv(a).T",), SCALER, domain="det(a) > 0", shape=DETERMINANT),
    Gate("transpose", A, "a.T", ("g.T",), DISTRIBUTOR, shape=TRANSPOSE, aliases=("transpose",), label=".T"),
    Gate("index", A, "a[p]", ("onehot(a, p)",), ROUTER, shape=INDEX, label="[ ]"),
    Gate("stack", A, "[all]", ("g[p]",), DISTRIBUTOR, shape=STACK, variadic=True, label="[,]"),
    # A second name for a value
    Gate("copy", A, "a", ("1",), DISTRIBUTOR, label="="),
    # A value that counts as a constant in the backward pass
    Gate("stop", A, "a", ("0",), ROUTER, written="stop(a)", aliases=("stop", "detach"), is_held=True),
    # Hyperbolic functions, and the inverses of the trigonometric ones
    Gate("arcsin", A, "asin(a)", ("1 / sqrt(1 - a^2)",), SCALER, domain="abs(a) < 1", beyond="-1 and 1, where the slope is infinite", written="arcsin(a)", aliases=("arcsin", "asin"), practice_range=(-0.9, 0.9)),
    Gate("arccos", A, "acos(a)", ("-1 / sqrt(1 - a^2)",), SCALER, domain="abs(a) < 1", beyond="-1 and 1, where the slope is infinite", written="arccos(a)", aliases=("arccos", "acos"), practice_range=(-0.9, 0.9)),
    Gate("arctan", A, "atan(a)", ("1 / (1 + a^2)",), SCALER, written="arctan(a)", aliases=("arctan", "atan")),
    Gate("atan2", AB, "atan2(a, b)", ("b / (a^2 + b^2)", "-a / (a^2 + b^2)"), SCALER, domain="b > 0", beyond="b <= 0, with a jump where a is 0", aliases=("atan2", "arctan2")),
    Gate("log2", A, "log2(a)", ("1 / (a * log(2))",), SCALER, domain="a > 0"),
    Gate("log10", A, "log10(a)", ("1 / (a * log(10))",), SCALER, domain="a > 0"),
    Gate("log1p", A, "log1p(a)", ("1 / (1 + a)",), SCALER, domain="a > -1"),
    Gate("expm1", A, "expm1(a)", ("out + 1",), SCALER),
    Gate("cbrt", A, "cbrt(a)", ("1 / (3 * out^2)",), SCALER, domain="a != 0"),
    Gate("erf", A, "erf(a)", ("2 / sqrt(pi) * exp(-a^2)",), SCALER),
    Gate("gelu", A, "gelu(a)", ("(1 + erf(a / sqrt(2))) / 2 + a * exp(-a^2 / 2) / sqrt(2 * pi)",), SCALER),
    Gate("leaky_relu", A, "leaky_relu(a)", ("where(a > 0, 1, 0.01)",), SCALER, kink=Kink("a == 0", ("0.01",), ("1",), "leaky_relu takes 0.01, the smaller slope of the two")),
    Gate("sinh", A, "sinh(a)", ("cosh(a)",), SCALER),
    Gate("cosh", A, "cosh(a)", ("sinh(a)",), SCALER),
)
# fmt: on

BY_NAME: dict[str, Gate] = {gate.name: gate for gate in GATES}
