"""The lessons of backprop, as data, in the order in which they are taught."""
