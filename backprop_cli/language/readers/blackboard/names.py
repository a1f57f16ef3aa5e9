"""The names that a formula may mean; wx is cut into w and x where only these are known."""

import re
import unicodedata
from collections.abc import Iterable

CONSTANTS = ("e", "π", "pi")
FUNCTION_WORDS = {
    "ReLU": "relu",
    "Relu": "relu",
    "RELU": "relu",
    "Sigmoid": "sigmoid",
    "Softmax": "softmax",
    "Tanh": "tanh",
    "Log": "log",
    "Exp": "exp",
    "log_2": "log2",
    "log_10": "log10",
    "log_e": "log",
    "Tr": "trace",
    "LeakyRelu": "leaky_relu",
    "GELU": "gelu",
    "ELU": "elu",
    "SiLU": "silu",
    "Swish": "swish",
    "CrossEntropy": "cross_entropy",
    "CE": "cross_entropy",
    "BCE": "bce",
    "MSE": "mse",
    "LogSoftmax": "log_softmax",
    "softMax": "softmax",
    "Var": "var",
    "Std": "std",
    "Mean": "mean",
    "one_hot": "onehot",
    "leakyrelu": "leaky_relu",
    "LeakyReLU": "leaky_relu",
    "logsoftmax": "log_softmax",
}
"""Functions as some write them, by the names that they have here."""

MAX_SPLIT_CHARS = 60
"""Letters of the longest word that is cut into names."""


class Names:
    """The names that are known while a formula is read: inputs, steps, functions, constants."""

    def __init__(self, variables: Iterable[str], functions: Iterable[str]) -> None:
        """Know these.

        Args:
            variables: inputs that were given a value, parameters and steps of the program.
            functions: what can be called.
        """
        self.functions = frozenset(functions)
        self._variables: dict[str, str] = {}
        for name in variables:
            self.add(name)

    def add(self, name: str) -> None:
        """Know one more variable."""
        # A Greek letter stays as it is typed: whoever gives it its value knows both spellings.
        greek = _with_greek(name)
        self._variables.setdefault(greek, greek)
        self._variables.setdefault(name.replace("_", ""), name)
        self._variables[name] = name

    def add_element(self, name: str) -> None:
        """Know the name of an element, w_i, which stands below a sum."""
        self._variables.setdefault(name, name)

    def all(self) -> list[str]:
        """The variables that are known."""
        return list(dict.fromkeys(self._variables.values()))

    def is_variable(self, word: str) -> bool:
        """Whether a word is the name of an input or of a step."""
        return word in self._variables

    def variable(self, word: str) -> str:
        """The variable that a word means: w_0 for w0, where that was given."""
        return self._variables.get(word, word)

    def function(self, word: str) -> str | None:
        """The function that a word means, by its name here; None if it is none."""
        name = FUNCTION_WORDS.get(word, word)
        if name in self.functions or self.base(name) is not None:
            return name
        return None

    def base(self, word: str) -> str | None:
        """The base of a logarithm: 3 of log_3, b of log_b; None of anything else."""
        found = re.fullmatch(r"log_([^\W_]+)", word)
        if found is None or self.is_variable(word) or "log" not in self.functions:
            return None
        is_known = found[1].isdecimal() or self.is_variable(found[1])
        return found[1] if is_known else None

    def splits(self, word: str) -> list[list[str]]:
        """The ways, two at most, to cut a word into known names; none where it is not made of them.

        A function may be the last of them: xsin in `xsin(y)`.
        """
        if self._is_whole(word) or len(word) > MAX_SPLIT_CHARS:
            return []
        # ways[n] has at most two ways to cut the first n letters.
        ways: list[list[list[str]]] = [[[]], *([] for _ in word)]
        for end in range(1, len(word) + 1):
            for start in range(end):
                piece = word[start:end]
                if ways[start] and self._is_piece(piece, is_last=end == len(word)):
                    ways[end] += [[*way, piece] for way in ways[start]]
            del ways[end][2:]
        return ways[-1]

    def _is_whole(self, word: str) -> bool:
        return self.is_variable(word) or self.function(word) is not None or word in CONSTANTS

    def _is_piece(self, piece: str, is_last: bool) -> bool:
        is_function = is_last and len(piece) > 1 and self.function(piece) is not None
        return self.is_variable(piece) or piece in CONSTANTS or is_function


def _with_greek(name: str) -> str:
    """`lambda_1` as λ_1, so that an option in Latin letters gives a Greek input its value."""
    word, rest = re.match(r"([A-Za-z]*)(.*)", name, re.DOTALL).groups()  # type: ignore[union-attr]
    spelt = "LAMDA" if word.lower() == "lambda" else word.upper()
    case = "CAPITAL" if word[:1].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {spelt}") + rest
    except KeyError:
        return name
