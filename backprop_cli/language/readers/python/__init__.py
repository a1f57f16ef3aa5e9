"""Read a plain Python function or script, which is never run, as a program of formulas."""
