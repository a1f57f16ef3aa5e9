"""The languages of backprop, each as one Lark grammar file."""
