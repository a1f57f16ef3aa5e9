"""The commands on a formula: explain, check, gates, hessian, modes."""
