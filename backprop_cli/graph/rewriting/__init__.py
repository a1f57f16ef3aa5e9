"""Formulas that stand for a gate, found in a graph and written as one, or the other way."""
