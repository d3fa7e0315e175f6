"""Cross-entropy of yes and no, its forgotten second term, and an epsilon that vanishes.

Of a label per row, −mean(y log(q + ε)) is only half of the binary cross-entropy: it asks for a
high q where y is 1, and nothing where y is 0. The best answer to it is yes to everything. And the
ε of 1e-15, put there against log(0), is zero in half precision and less than half a step beside 1
in single. The loss on logits needs neither: it never forms the probability. The tumours are real:
scikit-learn's, of which the radius and the texture are to tell whether they are benign.
"""

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import scale

import lossary

LOSS = lossary.BinaryCrossEntropy()


def half_of_it(q, y, epsilon=1e-15):
    """The mistake: the second term, (1 − y) log(1 − q), is missing."""
    return -np.mean(y * np.log(q + epsilon))


def slope_of_half(logits, y):
    """The slope of the first term in each logit, −y (1 − q)."""
    return -y * (1 - 1 / (1 + np.exp(-logits))) / len(y)


def slope(logits, y):
    """The slope of both terms, derived from the loss itself."""
    return LOSS.gradient(logits, y, reduction="mean")


def descended(table, y, gradient, steps=3000, learning_rate=0.5):
    """Logistic regression by gradient descent."""
    weights = np.zeros(table.shape[1])
    for _ in range(steps):
        weights -= learning_rate * table.T @ gradient(table @ weights, y)
    return weights


def told(name, logits, y):
    """Print what both formulas say of these logits, and how many answers are right."""
    said_yes = (logits > 0).mean()
    right = 1 - lossary.ZeroOne()(logits, y)
    both, half = LOSS(logits, y), half_of_it(1 / (1 + np.exp(-logits)), y)
    print(f"{name}  half {half:.3f}  whole {both:.3f}  yes to {said_yes:.0%}  right {right:.0%}")


def main():
    measured, y = load_breast_cancer(return_X_y=True)
    table = np.column_stack([scale(measured[:, :2]), np.ones(len(y))])
    train, test, labels, truth = train_test_split(table, y, random_state=0, stratify=y)
    told("trained on half ", test @ descended(train, labels, slope_of_half), truth)
    told("trained on whole", test @ descended(train, labels, slope), truth)
    print("\nCertain and wrong: the label is 1, the logit is −100 (the loss is 100).")
    print("precision  with ε    from the logit")
    for precision in (np.float64, np.float32, np.float16):
        logit, one = np.full(1, -100, precision), np.ones(1, precision)
        with np.errstate(all="ignore"):
            clipped = half_of_it(1 / (1 + np.exp(-logit)), one, precision(1e-15))
        print(f"{precision.__name__:9}  {clipped:6.4g}    {LOSS(logit, one):6.4g}")


if __name__ == "__main__":
    main()
