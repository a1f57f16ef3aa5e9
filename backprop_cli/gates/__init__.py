"""The gates: what each computes, and what it does to the gradient that flows back."""
