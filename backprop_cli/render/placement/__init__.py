"""Where everything of a circuit stands: one placing, which the terminal, TikZ and SVG draw."""
