"""A session: a state and a typed line go in, the next state and what to show come out."""
