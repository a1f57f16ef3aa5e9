"""A page to step through a run, to predict its gradients, and to play with its inputs."""
