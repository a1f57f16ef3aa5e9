"""How NumPy, PyTorch and micrograd spell what the rules of the gate table call."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Spelling:
    """One library's words; {} stands for the arguments."""

    library: str
    array: str = ""
    """What makes an array of a list."""
    wrap: str = ""
    """What makes of a number one of the library's own."""
    strict: bool = False
    """Whether its functions take its own numbers only; its operators take Python's, too."""
    module: str = ""
    """Where a function is that is called as the rule calls it; empty where there are none."""
    functions: Mapping[str, str] = field(default_factory=dict)
    along: Mapping[str, str] = field(default_factory=dict)
    """What runs along an axis."""
    whole: Mapping[str, str] = field(default_factory=dict)
    """The same over all elements of a matrix, where it is spelt another way."""
    pairs: Mapping[str, str] = field(default_factory=dict)
    """The larger and the smaller of two."""
    many: str = ""
    """The largest of many that have one shape; {0} is max or min."""
    fitted: str = ""
    """What brings many to one shape."""
    axis: str = "axis"
    named: frozenset[str] = frozenset()
    """What must be told its axis, even where there is one only."""
    outer: str = ""
    stack: str = ""
    helpers: Mapping[str, str] = field(default_factory=dict)
    """Functions that the library lacks, as they are defined at the top of the code."""


SIGMOID = '''\
def sigmoid(a):
    """1 / (1 + exp(-a)), written so that nothing overflows."""
    return np.exp(-np.logaddexp(0, -a))
'''
SOFTMAX = '''\
def softmax(a, axis=None):
    """exp(a) / sum(exp(a)); the largest is taken out first, so that nothing overflows."""
    e = np.exp(a - np.max(a, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
'''
ERF = '''\
def erf(a):
    """The error function, which NumPy has not."""
    from math import erf as of_one

    return np.vectorize(of_one, otypes=[float])(a)
'''
GELU = '''\
def gelu(a):
    """a times the probability that a standard normal number is below it."""
    from math import erf as of_one

    return a * (1 + np.vectorize(of_one, otypes=[float])(a / np.sqrt(2))) / 2
'''
INVERSE = '''\
def inverse(a):
    """The inverse of a square matrix, nan where it has none; of a number 1 / a."""
    if np.ndim(a) < 2:
        return 1 / a
    try:
        return np.linalg.inv(a)
    except np.linalg.LinAlgError:
        return np.full(np.shape(a), np.nan)
'''
COFACTORS = '''\
def cofactors(a):
    """The slope of the determinant, det(a) * inv(a).T, of a singular matrix too; of a number 1."""
    if np.ndim(a) < 2:
        return 1.0
    if len(a) == 2:
        return np.array([[a[1, 1], -a[1, 0]], [-a[0, 1], a[0, 0]]])
    if len(a) == 3:
        return np.cross(a[[1, 2, 0]], a[[2, 0, 1]])
    left, sizes, right = np.linalg.svd(a)
    others = [np.prod(np.delete(sizes, place)) for place in range(len(sizes))]
    return np.linalg.det(left) * np.linalg.det(right) * (left * others) @ right
'''
LOG_DETERMINANT = '''\
def log_determinant(a):
    """The logarithm of a determinant that is positive, nan of any other."""
    sign, size = np.linalg.slogdet(a)
    return size if sign > 0 else -np.inf if sign == 0 else np.nan
'''
ONEHOT = '''\
def onehot(a, position):
    """1 at the position, 0 elsewhere, in the shape of a."""
    mask = np.zeros_like(a)
    mask[position] = 1.0
    return mask
'''
NORM = '''\
def norm(a, axis=None):
    """The root of the sum of squares, of numbers of any size."""
    top = np.max(np.abs(a), axis=axis, keepdims=True)
    scale = np.where((top > 0) & np.isfinite(top), top, 1.0)
    return np.sqrt(np.sum((a / scale) ** 2, axis=axis)) * np.squeeze(scale, axis=axis)
'''

NUMPY = Spelling(
    library="NumPy",
    array="np.array({})",
    module="np",
    functions={
        "cofactors": "cofactors({})",
        "det": "np.linalg.det({})",
        "erf": "erf({})",
        "gelu": "gelu({})",
        "inv": "inverse({})",
        "logdet": "log_determinant({})",
        "leaky_relu": "np.where({} > 0, {}, 0.01 * {})",
        "relu": "np.maximum({}, 0)",
        "sigmoid": "sigmoid({})",
        "softplus": "np.logaddexp(0, {})",
    },
    along={
        "sum": "np.sum({})",
        "mean": "np.mean({})",
        "max": "np.max({})",
        "min": "np.min({})",
        "norm": "np.linalg.norm({})",
        "logsumexp": "np.logaddexp.reduce({})",
        "softmax": "softmax({})",
    },
    whole={"logsumexp": "np.logaddexp.reduce({}, axis=None)"},
    pairs={"max": "np.maximum({})", "min": "np.minimum({})", "atan2": "np.arctan2({})"},
    many="np.{0}({}, axis=0)",
    fitted="np.broadcast_arrays({})",
    outer="np.outer({})",
    stack="np.array([{}])",
    helpers={
        "erf": ERF,
        "gelu": GELU,
        "cofactors": COFACTORS,
        "inverse": INVERSE,
        "log_determinant": LOG_DETERMINANT,
        "sigmoid": SIGMOID,
        "softmax": SOFTMAX,
        "onehot": ONEHOT,
        "norm": NORM,
    },
)

CAREFUL = replace(NUMPY, wrap="np.float64({})", along={**NUMPY.along, "norm": "norm({})"})
"""For numbers where Python's own stop: 1/0 is inf, and a norm of huge numbers is huge."""

TORCH = Spelling(
    library="PyTorch",
    array="torch.tensor({})",
    wrap="torch.tensor({})",
    strict=True,
    module="torch",
    # Its own softplus is a straight line from 20 on.
    functions={
        "cbrt": "(torch.sign({}) * torch.abs({}) ** (1 / 3))",
        "gelu": "torch.nn.functional.gelu({})",
        "det": "torch.linalg.det({})",
        "inv": "torch.linalg.inv({})",
        "leaky_relu": "torch.nn.functional.leaky_relu({})",
        "softplus": "torch.logaddexp({}, torch.tensor(0.0))",
    },
    # amax and amin split a tie evenly, as we do.
    along={
        "sum": "torch.sum({})",
        "mean": "torch.mean({})",
        "max": "torch.amax({})",
        "min": "torch.amin({})",
        "norm": "torch.linalg.norm({})",
        "logsumexp": "torch.logsumexp({})",
        "softmax": "torch.softmax({})",
    },
    whole={
        "logsumexp": "torch.logsumexp({}.flatten(), dim=0)",
        "softmax": "torch.softmax({}.flatten(), dim=0).reshape({}.shape)",
    },
    pairs={"max": "torch.maximum({})", "min": "torch.minimum({})", "atan2": "torch.atan2({})"},
    many="torch.a{0}(torch.stack({}), dim=0)",
    fitted="torch.broadcast_tensors({})",
    axis="dim",
    named=frozenset(("logsumexp", "softmax")),
    outer="torch.outer({})",
    stack="torch.stack([{}])",
)

MICROGRAD = Spelling(library="micrograd", wrap="Value({})", functions={"relu": "{}.relu()"})
