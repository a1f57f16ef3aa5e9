"""Hints in sequence: where to look, which rule, the step in symbols, then in numbers."""
