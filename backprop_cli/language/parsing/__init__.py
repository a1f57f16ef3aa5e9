"""A text becomes tokens, and tokens by the tables of a grammar a tree."""
