"""The slow twins of the optimizers: each paper's pseudo-code in many digits, sharing no code.

A twin is a file of the optimizer's name with `walk(weights, gradient, settings)`. `weights` is a
list of NumPy arrays of mpmath numbers; `gradient(weights)` gives a list like it; `settings` has the
optimizer's parameters, numbers in many digits. It yields the weights after each step, for ever.
"""
