"""Tables that come with scikit-learn, and settings, for the tests of LightGBM."""

import numpy as np
from sklearn import datasets

import lossary

QUIET = {"verbosity": -1, "n_jobs": 1}
FEW = {**QUIET, "n_estimators": 15}
X, Y = datasets.load_diabetes(return_X_y=True)
COUNTS = np.floor(Y / 30)
WEIGHT = np.random.default_rng(0).random(len(Y)) + 0.1
SICK, ILL = datasets.load_breast_cancer(return_X_y=True)
NAMES = np.array(["malignant", "benign"])[ILL]
WINE, KIND = datasets.load_wine(return_X_y=True)
TENTH = lossary.Quantile(level=0.9)  # not symmetric: swapped arguments would show
