"""Jacobians, Hessians, elements: what matrices and their derivatives look like."""
