"""Censored times in XGBoost: its own likelihoods beside ours, and a booster that learns by ours."""

import numpy as np
import pytest
import xgboost

import lossary
from lossary.adapters.xgboost import Regressor

RANDOM = np.random.default_rng(4)
X = RANDOM.normal(size=(400, 2))
LASTED = np.exp(X[:, 0] + 0.3 * np.log(RANDOM.exponential(size=400)))
LIMIT = RANDOM.uniform(0.3, 4.0, size=400)
TIMES = np.where(LASTED <= LIMIT, LASTED, -LIMIT)


@pytest.mark.parametrize("scale", [0.5, 1.7])
@pytest.mark.parametrize(
    ("name", "theirs"), [("WeibullAFT", "extreme"), ("LogLogisticAFT", "logistic")]
)
def test_its_likelihood_of_censored_times_is_ours(name, theirs, scale):
    upper = np.where(TIMES > 0, TIMES, np.inf)
    rows = xgboost.DMatrix(X, label_lower_bound=np.abs(TIMES), label_upper_bound=upper)
    told = {
        "objective": "survival:aft", "eval_metric": "aft-nloglik", "nthread": 1,
        "aft_loss_distribution": theirs, "aft_loss_distribution_scale": scale,
    }  # fmt: skip
    seen = {}
    booster = xgboost.train(
        told, rows, 3, evals=[(rows, "rows")], evals_result=seen, verbose_eval=False
    )
    known = seen["rows"]["aft-nloglik"][-1]
    raw = booster.predict(rows, output_margin=True).astype(float)
    ours = getattr(lossary, name)(scale=scale)(raw, TIMES)
    assert ours == pytest.approx(known, rel=1e-5)  # they compute in single precision


def test_a_booster_learns_from_times_that_were_not_lived_to_see():
    few = {"n_estimators": 30, "max_depth": 2, "n_jobs": 1}
    model = Regressor(lossary.WeibullAFT(scale=0.3), **few).fit(X, TIMES)
    blind = Regressor(lossary.WeibullAFT(scale=0.3), **few).fit(X, np.abs(TIMES))
    truth = np.exp(X[:, 0]) * np.log(2) ** 0.3  # the median
    error, mistaken = (np.abs(np.log(each.predict(X) / truth)).mean() for each in (model, blind))
    assert error < 0.25
    assert mistaken > 1.5 * error
