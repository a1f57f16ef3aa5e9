"""Screens and files: each view is a function of a trace, and computes no gradient."""
