"""Read formulas as people have them: on a blackboard, in LaTeX, in Python."""
