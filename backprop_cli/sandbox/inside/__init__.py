"""What runs on the other side of the wall: it imports nothing but Python itself, and NumPy."""
