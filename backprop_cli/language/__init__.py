"""The language of formulas: text in, an `Expression` out, and back again."""
