"""Read LaTeX: its tree by Lark, from `grammars/latex.lark`, and its signs as on a blackboard."""
