"""The parameters that rules of single entries walk with."""

ENTRYWISE = {
    "Adam": [{"learning_rate": 0.05, "epsilon": 1e-3}, {"beta1": 0.0}],
}
