"""How shapes go through a gate: one rule, one object, one file."""
