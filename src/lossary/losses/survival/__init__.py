"""Losses of times until an event that some rows have not lived to see."""

from lossary.losses.survival.log_logistic_aft import LogLogisticAFT as LogLogisticAFT
from lossary.losses.survival.weibull_aft import WeibullAFT as WeibullAFT
