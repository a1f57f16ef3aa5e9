"""What a learner did, and what to practise next."""
