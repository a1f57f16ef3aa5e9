"""A new lesson, to be written over: each kind of step once, and it passes the check."""

TEMPLATE = '''\
schema = "backprop/lesson/v1"
name = "NAME"
title = "TITLE"
minutes = 5
summary = "What one can do after this lesson, in one sentence."

# What is asked about. Inputs are fixed, or drawn for each learner.
[[circuits]]
name = "main"
formula = "q = x + y; f = q * z"

[circuits.inputs]
x = 2
y = { from = 1, to = 9 }
z = { from = -9, to = -2 }

# A step tells something, and may ask. Texts are Markdown: `code`, **bold**, *italic*, lists.
[[steps]]
text = """
What is this about? Explain each new word where it first appears.
"""

# Questions are those of exercises: q, df/dx, shape(df/dW), pattern(q), formula(df/dx).
# A list asks one after the other. The answer is computed, and never written here.
[[steps]]
name = "forward"
text = "Fill in the values."
circuit = "main"
ask = ["q", "f"]

[[steps]]
name = "backward"
text = "What does the mul gate send to `q`? A text may use answers so far: `f` is {= f}."
circuit = "main"
given = ["df/df"]
ask = "df/dq"
hints = ["Your own first hint, where to look. The others are made from the circuit."]
catches = ["mul-not-switched"]
after = "Told when the step is done."

# A choice is computed as well: largest, smallest, steepest, sign, same.
[[steps]]
name = "choose"
text = "Which way does `f` go when `x` goes up?"
circuit = "main"
picture = false
choose = "sign(df/dx)"
choices = ["up", "down", "it stays"]

# Three problems at the end, drawn for each learner: of a level from 1 to 5, or of a formula.
[[fresh]]
level = 1
ask = "inputs"
count = 3
'''


def template(name: str) -> str:
    """The text of a new lesson."""
    title = name.replace("-", " ").capitalize()
    return TEMPLATE.replace("NAME", name, 1).replace("TITLE", title, 1)
