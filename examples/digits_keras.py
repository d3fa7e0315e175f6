"""Handwritten digits in Keras: what the squared error of a softmax costs beside cross-entropy.

A network of 784 → 10 → 10. Behind a softmax, the squared error has a slope only while the softmax
is undecided: a network that is certain and wrong learns nothing. Cross-entropy of the raw scores
has a slope of one there. `KerasLoss` makes any loss one for Keras, in Keras' own order. The digits
are real: scikit-learn's, 8×8 pixels, enlarged to 28×28.
"""

import keras
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import lossary
from lossary.adapters.keras import KerasLoss

SQUARED, ENTROPY = lossary.SquaredError(), lossary.CrossEntropy()


def digits():
    """Return images of 784 numbers in [0, 1] and their digits as rows of zeros and one 1."""
    images, labels = load_digits(return_X_y=True)
    place = np.arange(28) * 8 // 28
    large = images.reshape(-1, 8, 8)[:, place][:, :, place].reshape(-1, 784) / 16
    hot = np.eye(10)[labels]
    return train_test_split(large, hot, test_size=0.25, stratify=labels, random_state=0)


def slopes(certainty):
    """Return the steepest slope in the scores of a network that is that certain, and wrong."""
    scores, truth = np.zeros((1, 10)), np.eye(10)[[1]]
    scores[0, 0] = certainty
    shares = np.exp(scores) / np.exp(scores).sum()
    above = SQUARED.gradient(shares, truth, reduction="mean")
    behind_softmax = shares * (above - (above * shares).sum())  # the chain rule of the softmax
    return abs(behind_softmax).max(), abs(ENTROPY.gradient(scores, truth)).max()


def trained(loss, activation, certainty, data):
    """Train from a network that begins certain of a zero; return its last loss and its accuracy."""
    train, test, train_truth, test_truth = data
    keras.utils.set_random_seed(0)
    hidden, last = keras.layers.Dense(10, "relu"), keras.layers.Dense(10, activation)
    model = keras.Sequential([keras.Input((784,)), hidden, last])
    last.bias.assign(certainty * np.eye(10)[0])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss)
    fitted = model.fit(train, train_truth, epochs=10, verbose=0)
    right = model.predict(test, verbose=0).argmax(1) == test_truth.argmax(1)
    return fitted.history["loss"][-1], right.mean()


def main():
    data = digits()
    for certainty in (0.0, 20.0):
        flat, steep = slopes(certainty)
        print(f"The network begins with {certainty:g} added to the score of zero:")
        print(f"  steepest slope for a one: squared error {flat:.1e}, cross-entropy {steep:.1e}")
        for name, loss, activation in (("squared", SQUARED, "softmax"), ("entropy", ENTROPY, None)):
            value, accuracy = trained(KerasLoss(loss), activation, certainty, data)
            print(f"  {name}  loss {value:.4f} after ten epochs  accuracy {accuracy:.2f}")


if __name__ == "__main__":
    main()
