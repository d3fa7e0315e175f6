"""Why paths part, in the sentences that several hosts and optimizers share."""

EPSILON_HAT = (
    "Keras adds epsilon to the root before the root is corrected: at step t it acts as "
    "epsilon / sqrt(1 - beta2^t), which no constant is."
)
FOLDED = (
    "Keras keeps the velocity multiplied with the learning rate: after a change of the rate, it "
    "rolls on with the old one."
)
INSIDE_ROOT = ("adds epsilon inside the root.", "adds epsilon to the root.")
SQUARED = "Epsilon was squared, so that both agree at a gradient of zero; elsewhere they differ."
ROOTED = (
    "Epsilon's root was taken, so that both agree at a gradient of zero; elsewhere they differ."
)
SIZED_ONLY = "{} gives every array a ratio, those of one axis too."
