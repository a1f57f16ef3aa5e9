"""What commands of LaTeX stand for, as signs of a blackboard."""

import unicodedata

_GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "omicron",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
]


def _letter(name: str) -> str:
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    spelt = "LAMDA" if name.lower() == "lambda" else name.upper()
    return unicodedata.lookup(f"GREEK {case} LETTER {spelt}")


GREEK = {name: _letter(name) for word in _GREEK for name in (word, word.capitalize())}
GREEK |= {f"var{name}": GREEK[name] for name in ("epsilon", "theta", "rho", "sigma", "phi", "pi")}
GREEK |= {"ell": "l", "imath": "i", "jmath": "j"}
"""Command -> the letter that it sets."""

FUNCTIONS = {
    **{name: name for name in ("log", "exp", "sin", "cos", "tan", "tanh", "sinh", "cosh", "det")},
    **{name: name for name in ("max", "min", "arcsin", "arccos", "arctan")},
    "ln": "log",
    "lg": "log10",
}
"""Command -> the function that it names."""

LOGARITHMS = {"log_e": "log", "log_2": "log2", "log_10": "log10"}
"""A logarithm with its base below it -> the function that it names."""

SIGNS: dict[str, tuple[str, str]] = {
    "cdot": ("DOT", "·"),
    "times": ("TIMES", "*"),
    "odot": ("TIMES", "*"),
    "circ": ("TIMES", "*"),
    "ast": ("TIMES", "*"),
    "div": ("DIVIDE", "/"),
    "top": ("TRANSPOSE", "⊤"),
    "intercal": ("TRANSPOSE", "⊤"),
    "intop": ("TRANSPOSE", "⊤"),
    "lVert": ("BARS", "‖"),
    "rVert": ("BARS", "‖"),
    "Vert": ("BARS", "‖"),
    "|": ("BARS", "‖"),
    "lvert": ("BAR", "|"),
    "rvert": ("BAR", "|"),
    "vert": ("BAR", "|"),
    "mid": ("BAR", "|"),
    "{": ("OPEN_PAREN", "("),
    "}": ("CLOSE_PAREN", ")"),
    "lbrace": ("OPEN_PAREN", "("),
    "rbrace": ("CLOSE_PAREN", ")"),
    "langle": ("OPEN_ANGLE", "⟨"),
    "rangle": ("CLOSE_ANGLE", "⟩"),
    "sum": ("SUM", "Σ"),
    "prod": ("SUM", "Π"),
    "le": ("COMPARE", "<="),
    "leq": ("COMPARE", "<="),
    "ge": ("COMPARE", ">="),
    "geq": ("COMPARE", ">="),
    "lt": ("COMPARE", "<"),
    "gt": ("COMPARE", ">"),
    "ne": ("COMPARE", "!="),
    "neq": ("COMPARE", "!="),
    "coloneqq": ("EQUALS", "="),
}
"""Command -> the sign that it sets: its kind and its text."""

INSTEAD = {
    "partial": "it belongs to an answer, not to a formula",
    "nabla": "it belongs to an answer, not to a formula",
    "int": "an integral is not a circuit",
    "pm": "write + or -",
    "begin": "of environments cases, pmatrix, bmatrix and those of equations are read",
    "underset": "write max(x), which is over all elements",
    "leftarrow": "give the new value a name of its own, w_1 = …",
    "oplus": "to put vectors one after the other write \\mathrm{concat}(x, y)",
    "otimes": "for the outer product write x y^\\top, element by element \\odot",
    "infty": "give an input the value inf; the largest size is \\max(|x|)",
    "dots": "write all terms out, or \\sum_{i=1}^{3}",
    "ldots": "write all terms out, or \\sum_{i=1}^{3}",
    "cdots": "write all terms out, or \\sum_{i=1}^{3}",
    "mathbb": "write E[x] as mean(x)",
}
"""What to write instead of some commands that are no part of formulas."""

PLAIN: dict[str, tuple[str, str]] = {
    **dict.fromkeys("-−–", ("MINUS", "-")),
    **dict.fromkeys("*×", ("TIMES", "*")),
    **dict.fromkeys("·⋅", ("DOT", "·")),
    **dict.fromkeys("‖∥", ("BARS", "‖")),
    "+": ("PLUS", "+"),
    "/": ("DIVIDE", "/"),
    "=": ("EQUALS", "="),
    ":=": ("EQUALS", "="),
    "<": ("COMPARE", "<"),
    ">": ("COMPARE", ">"),
    "≤": ("COMPARE", "<="),
    "≥": ("COMPARE", ">="),
    "≠": ("COMPARE", "!="),
    "(": ("OPEN_PAREN", "("),
    ")": ("CLOSE_PAREN", ")"),
    "[": ("OPEN_BRACKET", "["),
    "]": ("CLOSE_BRACKET", "]"),
    "|": ("BAR", "|"),
    ",": ("COMMA", ","),
    ";": ("SEPARATOR", ";"),
}
"""A plain sign -> its kind and its text."""
