"""The LALR(1) tables of `grammars/question.lark`. Generated: do not edit.

Written by `python -m backprop_cli.language.generate`; a test says when it is stale.
A terminal is known by its position in `TERMINALS`, from 1, which is also its group
in a regular expression that joins `PATTERNS`; a non-terminal by the next numbers.
"""

TERMINALS: tuple[str, ...] = (
    'SHAPE',
    'FORMULA',
    'PATTERN',
    'AS_A_FORMULA',
    'WRONG_LINE',
    'NAME',
    'INDEX',
    'DEL',
    'SLASH',
    'OPEN_PAREN',
    'CLOSE_PAREN',
    'OPEN_BRACKET',
    'CLOSE_BRACKET',
    'COMMA',
)

PATTERNS: tuple[str, ...] = (
    'shape(?=\\s*\\()',
    'formula(?=\\s*\\()',
    'pattern(?=\\s*\\()',
    'as\\s+a\\s+formula\\b',
    '(?:the\\s+)?wrong\\s+line\\b',
    '[^\\W\\d²³¹⁰⁴-⁹₀-₉ʰ-ʸˠ-ˤᴬ-ᵡᵸᶛ-ᶿⁱⁿ¼-¾⅐-⅞][^\\W²³¹⁰⁴-⁹ʰ-ʸˠ-ˤᴬ-ᵡᵸᶛ-ᶿⁱⁿ¼-¾⅐-⅞]*',
    '[0-9]{1,9}',
    '∂',
    '/',
    '\\(',
    '\\)',
    '\\[',
    '\\]',
    ',',
)

# (non-terminal, how many symbols it takes, the action that joins them or None)
RULES: tuple[tuple[int, int, str | None], ...] = (
    (15, 1, 'number'),
    (15, 4, 'shape'),
    (15, 4, 'formula'),
    (15, 2, 'asked_as_formula'),
    (15, 4, 'pattern'),
    (15, 1, 'wrong_line'),
    (16, 1, 'value'),
    (16, 2, 'value_element'),
    (16, 3, 'gradient'),
    (16, 4, 'gradient_element'),
    (17, 1, None),
    (18, 1, 'latin'),
    (18, 2, 'curly'),
    (19, 3, 'element'),
    (20, 1, None),
    (20, 3, 'indices'),
    (21, 1, 'index'),
)

# For each state: symbol -> the state to go to, or ~rule to reduce by.
STATES: tuple[dict[int, int], ...] = (
    {1: 1, 2: 2, 3: 3, 5: 4, 6: 5, 8: 6, 15: 7, 16: 8, 17: 9, 18: 10},
    {10: 11},
    {10: 12},
    {10: 13},
    {0: -6},
    {0: -11, 4: -11, 9: -12, 11: -11, 12: -11},
    {6: 14},
    {},
    {0: -1, 4: 15},
    {0: -7, 4: -7, 11: -7, 12: 16, 19: 17},
    {9: 18},
    {6: 5, 8: 6, 16: 19, 17: 9, 18: 10},
    {6: 5, 8: 6, 16: 20, 17: 9, 18: 10},
    {6: 21},
    {0: -13, 4: -13, 9: -13, 11: -13, 12: -13},
    {0: -4},
    {7: 22, 20: 23, 21: 24},
    {0: -8, 4: -8, 11: -8},
    {6: 25, 8: 6, 18: 26},
    {11: 27},
    {11: 28},
    {11: 29},
    {13: -17, 14: -17},
    {13: 30, 14: 31},
    {13: -15, 14: -15},
    {0: -12, 4: -12, 11: -12, 12: -12},
    {0: -9, 4: -9, 11: -9, 12: 16, 19: 32},
    {0: -2},
    {0: -3},
    {0: -5},
    {0: -14, 4: -14, 11: -14},
    {7: 22, 21: 33},
    {0: -10, 4: -10, 11: -10},
    {13: -16, 14: -16},
)

START = 0
END = 7
