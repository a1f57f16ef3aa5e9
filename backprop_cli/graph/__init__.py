"""The computation graph of a formula: gates, inputs and constants, in order of computation."""
