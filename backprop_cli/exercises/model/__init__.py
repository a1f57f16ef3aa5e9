"""An exercise, its inputs for one student, and the answers that the engine computes."""
