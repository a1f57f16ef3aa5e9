"""LaTeX, Markdown and PDF: a run for paper."""
