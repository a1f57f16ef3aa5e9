"""What is worth a remark on a run: kinks, where inf and NaN were born, rounding, saturation."""
