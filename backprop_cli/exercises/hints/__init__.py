"""Hints that are made from a circuit, in the names that the learner knows."""
