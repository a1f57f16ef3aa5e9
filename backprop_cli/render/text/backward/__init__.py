"""The backward pass on the screen: each step as texts, the columns they stand in, the order."""
