"""Losses of a predicted distribution: negative log-likelihoods, deviances and divergences."""

from lossary.losses.distribution.gaussian_nll import GaussianNLL as GaussianNLL
from lossary.losses.distribution.kullback_leibler import KullbackLeibler as KullbackLeibler
from lossary.losses.distribution.negative_binomial_nll import (
    NegativeBinomialNLL as NegativeBinomialNLL,
)
from lossary.losses.distribution.poisson_nll import PoissonNLL as PoissonNLL
from lossary.losses.distribution.tweedie_deviance import TweedieDeviance as TweedieDeviance
