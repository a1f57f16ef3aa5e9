"""Teach: lessons, sessions, what a learner did, and what to practise next."""
