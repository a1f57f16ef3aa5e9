"""What a call in Python means: of NumPy, PyTorch, math, and of methods."""
