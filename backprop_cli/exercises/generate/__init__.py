"""Generate formulas and inputs that are worth asking about."""
