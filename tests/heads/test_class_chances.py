"""Scores whose softmax is no probability are turned into one by the loss itself."""

import numpy as np
import pytest
from scipy.special import softmax

import lossary
from lossary.heads import class_chances, head_for_classes, tells_class_chances
from tests.heads.contents import content

ROWS = 2 * np.random.default_rng(1).normal(size=(50, 4))


@pytest.mark.parametrize("q", [0.1, 0.7, 0.95])
def test_the_chances_of_a_generalized_cross_entropy_are_a_softmax_less_sharp(q):
    found = class_chances(lossary.GeneralizedCrossEntropy(q=q), ROWS)
    # A slope over a share: ten roundings.
    np.testing.assert_allclose(found, softmax((1 - q) * ROWS, axis=-1), rtol=1e-11)


def test_the_chances_of_weighted_classes_are_those_before_the_weights():
    weights = np.asarray([1.0, 2.0, 0.5, 4.0])
    found = class_chances(lossary.CrossEntropy(class_weight=tuple(weights)), ROWS)
    expected = softmax(ROWS, axis=-1) / weights
    np.testing.assert_allclose(found, expected / expected.sum(axis=-1, keepdims=True), rtol=1e-11)


def test_of_a_loss_that_means_probabilities_the_softmax_is_reported():
    head = head_for_classes(lossary.CrossEntropy(), 4)
    np.testing.assert_allclose(head.answer(ROWS).probability, softmax(ROWS, axis=-1), rtol=1e-12)


@pytest.mark.parametrize("k", [2, 5])
def test_the_best_constant_tells_the_share_of_each_class(k):
    target = np.random.default_rng(k).choice(k, size=300, p=np.arange(1, k + 1) / sum(range(k + 1)))
    loss = lossary.GeneralizedCrossEntropy(q=0.6)
    answer = content(loss, head_for_classes(loss, k), target)
    # The search goes from score to score twice, each time to a millionth of the range.
    np.testing.assert_allclose(answer.probability[0], np.bincount(target) / 300, atol=2e-3)


def test_the_chance_of_a_mistake_tells_no_probability():
    loss = lossary.GeneralizedCrossEntropy(q=1.0)
    assert not tells_class_chances(loss, 3)
    answer = head_for_classes(loss, 3).answer(ROWS[:, :3])
    assert answer.probability is None
    assert answer.score is not None


def test_scores_far_apart_are_certain_and_never_nan():
    rows = np.asarray([[3000.0, 0.0, -3000.0], [0.0, 0.0, -3000.0], [400.0, 0.0, 0.0]])
    found = class_chances(lossary.GeneralizedCrossEntropy(), rows)
    expected = softmax(0.3 * rows, axis=-1)
    np.testing.assert_allclose(found, expected, atol=1e-12)
