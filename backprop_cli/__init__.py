"""Learn and teach backpropagation on the command line."""
