"""A lesson, and what it becomes for one learner."""
