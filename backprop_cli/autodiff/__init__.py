"""Run a graph forwards, then backwards."""
