"""What functions and methods of Python's libraries are called in the language of formulas."""

from typing import NamedTuple

MODULES = frozenset(
    {
        *("np", "numpy", "math", "cmath", "torch", "jnp", "jax", "tf", "tensorflow", "F", "nn"),
        *("functional", "linalg", "lax", "special", "scipy", "autograd", "anp", "keras"),
        "activations",
    }
)
"""What stands before the names of functions and says nothing about what they compute."""


class Meaning(NamedTuple):
    """What a call means."""

    name: str
    """An operator, or the name of a function in the language of formulas."""
    axis: int | None = None
    """The position at which an axis may be given without its name; None for no axis."""
    many: bool = False
    """Whether it takes its values one by one, as Python's own max does."""


def _same(*names: str) -> dict[str, Meaning]:
    return {name: Meaning(name) for name in names}


_REDUCED = {
    name: Meaning(meant, axis=1)
    for name, meant in {
        **{name: name for name in ("sum", "mean", "var", "std", "prod", "cumsum", "logsumexp")},
        "max": "max",
        "amax": "max",
        "min": "min",
        "amin": "min",
        "reduce_sum": "sum",
        "reduce_mean": "mean",
        "reduce_max": "max",
        "softmax": "softmax",
        "log_softmax": "log_softmax",
    }.items()
}

FUNCTIONS: dict[str, Meaning] = {
    **_same("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "sinh", "cosh", "sigmoid", "relu"),
    **_same("softplus", "erf", "log2", "log10", "log1p", "expm1", "cbrt", "sign", "arcsin"),
    **_same("arccos", "arctan", "atan2", "gelu", "elu", "silu", "leaky_relu", "outer", "trace"),
    **_same("diag", "where", "clip", "inv", "det", "norm", "transpose", "abs", "square"),
    **_same("eye", "ones", "zeros", "ones_like", "zeros_like"),
    **_same(
        "reshape", "flatten", "logdet", "cross_entropy", "mse", "bce", "hinge", "pow", "concat"
    ),
    **_REDUCED,
    "absolute": Meaning("abs"),
    "fabs": Meaning("abs"),
    "asin": Meaning("arcsin"),
    "acos": Meaning("arccos"),
    "atan": Meaning("arctan"),
    "arctan2": Meaning("atan2"),
    "identity": Meaning("eye"),
    "one_hot": Meaning("onehot"),
    "matrix_power": Meaning("matrix_power"),
    "slogdet": Meaning("slogdet"),
    "hstack": Meaning("hstack"),
    "vstack": Meaning("vstack"),
    "stack": Meaning("stack"),
    "column_stack": Meaning("column_stack"),
    "append": Meaning("concat"),
    "einsum": Meaning("einsum"),
    "permute": Meaning("permute"),
    "swapaxes": Meaning("swapaxes"),
    "squeeze": Meaning("squeeze"),
    "unsqueeze": Meaning("unsqueeze"),
    "expand_dims": Meaning("unsqueeze"),
    "linear": Meaning("linear"),
    "expit": Meaning("sigmoid"),
    "swish": Meaning("silu"),
    "hypot": Meaning("hypot"),
    "ravel": Meaning("flatten"),
    "concatenate": Meaning("concat"),
    "cat": Meaning("concat"),
    "clamp": Meaning("clip"),
    "mse_loss": Meaning("mse"),
    "l1_loss": Meaning("mae"),
    "nll_loss": Meaning("nll"),
    "binary_cross_entropy": Meaning("bce"),
    "binary_cross_entropy_with_logits": Meaning("bce_with_logits"),
    "softmax_cross_entropy_with_integer_labels": Meaning("cross_entropy"),
    "power": Meaning("pow"),
    "maximum": Meaning("max", many=True),
    "minimum": Meaning("min", many=True),
    "fmax": Meaning("max", many=True),
    "fmin": Meaning("min", many=True),
    "dot": Meaning("@"),
    "matmul": Meaning("@"),
    "mm": Meaning("@"),
    "mv": Meaning("@"),
    "bmm": Meaning("@"),
    "inner": Meaning("dot"),
    "vdot": Meaning("dot"),
    "add": Meaning("+"),
    "subtract": Meaning("-"),
    "sub": Meaning("-"),
    "multiply": Meaning("*"),
    "mul": Meaning("*"),
    "divide": Meaning("/"),
    "true_divide": Meaning("/"),
    "div": Meaning("/"),
    "truediv": Meaning("/"),
    "negative": Meaning("neg"),
    "neg": Meaning("neg"),
    "reciprocal": Meaning("reciprocal"),
    "rsqrt": Meaning("rsqrt"),
    "stop_gradient": Meaning("stop"),
}
"""Name of a function, with its modules left out -> what it means."""

BUILTINS: dict[str, Meaning] = {
    "abs": Meaning("abs"),
    "pow": Meaning("pow"),
    "max": Meaning("max", many=True),
    "min": Meaning("min", many=True),
    "sum": Meaning("sum"),
}
"""Python's own functions, where they mean something else than a library's of the same name."""

METHODS: dict[str, Meaning] = {
    **FUNCTIONS,
    "t": Meaning("transpose"),
    "view": Meaning("reshape"),
    **dict.fromkeys(("view_as", "reshape_as"), Meaning("reshape_like")),
    "item": Meaning("item"),
    "detach": Meaning("stop"),
    "mul_": Meaning("*"),
}
"""Name of a method -> the function of which its owner is the first argument."""

UNCHANGED = frozenset(
    {
        *("copy", "clone", "float", "double", "astype", "numpy", "contiguous"),
        *("requires_grad_", "retain_grad", "to", "cpu", "cuda", "long", "int", "tolist"),
    }
)
"""Methods that hand their owner on."""

ARRAYS = frozenset(
    {
        *("array", "asarray", "tensor", "Tensor", "float64", "float32", "Variable", "FloatTensor"),
        *("LongTensor", "as_tensor", "from_numpy", "constant", "Value"),
    }
)
"""Functions that make an array of a literal."""

LAYERS: dict[str, str] = {
    "ReLU": "relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Softplus": "softplus",
    "GELU": "gelu",
    "SiLU": "silu",
    "ELU": "elu",
    "LeakyReLU": "leaky_relu",
}
"""Layers that are made and called at once: nn.ReLU()(x)."""

IGNORED = frozenset(
    {
        *("print", "retain_grad", "requires_grad_", "backward", "zero_grad"),
        *("manual_seed", "seed", "show"),
    }
)
"""Calls that compute nothing of the formula."""

AXIS_WORDS = ("axis", "dim")
KEEP_WORDS = ("keepdims", "keepdim")
IGNORED_WORDS = frozenset({"dtype", "requires_grad", "device", "inplace", "out"})
