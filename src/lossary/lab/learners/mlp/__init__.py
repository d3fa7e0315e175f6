"""Many small perceptrons that train in lockstep: all folds and trials of an arm in one step."""
