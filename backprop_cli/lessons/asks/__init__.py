"""What a step of a lesson may ask: a question about its circuit, a choice, or a class."""
