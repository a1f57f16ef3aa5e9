"""The gradient of each input as one formula, simplified, and compared before it is shown."""
