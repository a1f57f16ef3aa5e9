from hypothesis import settings

# The same examples on every machine: a failure is found again by running the test again.
settings.register_profile("steady", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("steady")
