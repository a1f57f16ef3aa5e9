"""Read formulas as they stand on a blackboard: 2x, xᵀAx, |x|, ½‖Ax − b‖₂², Σ_i w_i x_i."""
