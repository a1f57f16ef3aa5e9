"""Mark exercises, and say why an answer is wrong."""
