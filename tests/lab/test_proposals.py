"""Which losses are proposed, which are refused, and what is said of them."""

import numpy as np
import pytest

import lossary
from lossary.core.catalogue import all_of
from lossary.errors import ArgumentError, DomainError, NotFoundError
from lossary.lab.arms.fitting import head_for
from lossary.lab.arms.optimizing import read_optimizers
from lossary.lab.arms.proposing import choose, propose
from lossary.lab.arms.selecting import MOST
from lossary.lab.arms.spaces import RANGES, space_of
from lossary.lab.learners.shelf import learner_named
from lossary.lab.tasks.bench import Facts
from lossary.optimizers import SGD, AdamW
from tests.lab.asked import QUESTIONS, symptom, task


def _names(proposal):
    return [arm.name for arm in proposal.arms]


def _own(proposal):
    """Return the names of arms that were not put beside the user's own."""
    return [arm.name for arm in proposal.arms if arm.role != "field"]


@pytest.mark.parametrize(("metric", "kind"), QUESTIONS)
def test_for_every_question_losses_are_proposed_that_can_answer_it(metric, kind):
    asked = task(kind, metric)
    arms, refused = propose(asked)
    assert [arm.role for arm in arms].count("default") == 1
    assert [arm.role for arm in arms].count("field") == 1
    assert arms[0].role == "default"
    assert len({arm.name for arm in arms}) == len(arms) <= MOST + 1
    for arm in arms:
        assert head_for(arm.loss, asked).outputs >= 1
        assert arm.reason
        assert arm.grade or arm.role == "field"
        for each in arm.space:
            assert each.low <= each.default <= each.high
    assert all(": not tried: " in each for each in refused)


@pytest.mark.parametrize(
    ("kind", "metric", "first"),
    [
        ("positive", "rmse", "SquaredError"),
        ("positive", "mae", "AbsoluteError"),
        ("positive", "pinball(0.9)", "Quantile(level=0.9)"),
        ("positive", "mape", "AbsolutePercentageError"),
        ("positive", "rmsle", "SquaredLogarithmicError"),
        ("count", "poisson", "PoissonNLL"),
        ("nonnegative", "tweedie(1.3)", "TweedieDeviance(power=1.3)"),
        ("proportion", "log_loss", "BinaryCrossEntropy"),
        ("binary", "f1", "BinaryCrossEntropy"),
        ("binary", "log_loss", "BinaryCrossEntropy"),
        ("multiclass", "accuracy", "CrossEntropy"),
        ("multiclass", "balanced_accuracy", "CrossEntropy(class_weight=1/share)"),
        ("ordinal", "qwk", "SquaredError"),
        ("ordinal", "mae", "BinaryCrossEntropy"),
        ("multilabel", "hamming", "BinaryCrossEntropy"),
        ("survival", "ibs", "WeibullAFT"),
    ],
)
def test_the_loss_that_is_made_for_a_metric_stands_first(kind, metric, first):
    assert _names(propose(task(kind, metric)))[0] == first


@pytest.mark.parametrize(
    ("kind", "usual"),
    [("positive", "SquaredError"), ("binary", "BinaryCrossEntropy"), ("ordinal", "CrossEntropy")],
)
def test_what_most_would_have_taken_competes_as_it_stands(kind, usual):
    (arm,) = (arm for arm in propose(task(kind, None)).arms if arm.role == "field")
    assert arm.name == f"{usual} · untuned"
    assert arm.space == ()


def test_names_are_read_as_people_write_them():
    asked = task("positive", "mae")
    proposal = choose(asked, ["hubER", "L1", "quantile(level=0.4)", "MSE", "mse"])
    assert set(_own(proposal)) == {
        "AbsoluteError",
        "Huber",
        "Quantile(level=0.4)",
        "SquaredError",
    }


def test_the_metrics_own_loss_is_put_beside_those_of_the_user():
    asked = task("positive", "mae")
    roles = {arm.name: arm.role for arm in choose(asked, ["huber"]).arms}
    assert roles == {"AbsoluteError": "default", "SquaredError · untuned": "field", "Huber": ""}
    roles = {arm.name: arm.role for arm in choose(asked, ["mae", "mse"], (), (), "mse").arms}
    assert roles["AbsoluteError"] == "default"
    assert roles["SquaredError"] == "incumbent"


def test_the_incumbent_competes_whether_it_was_proposed_or_not():
    asked = task("positive", "mae")
    for today in ("huber", "barron(alpha=1)", lossary.Huber(delta=3.0)):
        (arm,) = (a for a in propose(asked, incumbent=today).arms if a.role == "incumbent")
        assert arm.loss.label in ("Huber", "Barron")


def _chosen(kind, metric, loss, name):
    arms = choose(task(kind, metric), [loss]).arms
    return next(arm for arm in arms if arm.name == name)


def test_a_loss_is_taken_as_it_stands():
    arm = _chosen("positive", "mae", lossary.Huber(delta=2.0), "Huber(delta=2.0)")
    assert arm.made(Facts(10.0, np.ones(1))) == (lossary.Huber(delta=2.0), 1.0)
    assert arm.space == ()


def test_a_parameter_that_is_given_is_held_and_the_others_are_searched():
    arm = _chosen("binary", "accuracy", "focal(alpha=0.3)", "SigmoidFocal(alpha=0.3)")
    assert [each.name for each in arm.space] == ["loss.gamma"]
    arm = _chosen("binary", "accuracy", "focal(gamma=3)", "SigmoidFocal(gamma=3.0)")
    assert arm.space == ()


def test_a_plain_huber_bends_where_training_residuals_say_and_is_searched_around_it():
    arm = _chosen("positive", "mae", "huber", "Huber")
    loss, unit = arm.made(Facts(10.0, np.ones(1)), {"loss.delta": 2.0})
    assert (loss.delta, unit) == (26.9, 1.0)
    (space,) = arm.space
    assert (space.name, space.default, space.low, space.high, space.scale) == (
        "loss.delta", 1.0, 0.1, 10.0, "log",
    )  # fmt: skip


def test_a_loss_that_bends_at_one_sees_errors_in_units_of_the_spread():
    arm = _chosen("positive", "mae", "log cosh", "LogCosh")
    assert arm.made(Facts(10.0, np.ones(1))) == (lossary.LogCosh(), 10.0)


def test_balanced_weights_make_every_class_count_the_same():
    arms = propose(task("multiclass", "balanced_accuracy")).arms
    arm = next(each for each in arms if each.fitted == "classes")
    shares = np.array([0.5, 0.25, 0.25])
    loss, _ = arm.made(Facts(1.0, shares))
    assert np.allclose(np.array(loss.class_weight) * shares, 1 / 3)


@pytest.mark.parametrize(
    ("metric", "loss", "told"),
    [
        ("mae", "mse", "is the mean; mae rewards the median"),
        ("mae", "quantile(level=0.9)", "quantile at 0.9; mae rewards the median"),
        ("mae", "quantile(level=0.5)", ""),
        ("pinball(0.9)", "quantile(level=0.1)", "at 0.1; pinball rewards the quantile at 0.9"),
        ("rmse", "poisson", ""),
        ("rmse", "huber", "lies between mean and median"),
    ],
)
def test_a_loss_that_aims_elsewhere_is_told_to(metric, loss, told):
    arm = choose(task("positive", metric), [loss]).arms[-1]
    assert told in arm.caution
    assert bool(told) == bool(arm.caution)


def test_what_would_change_the_target_is_never_searched():
    never = {(each.loss, each.parameter) for each in RANGES if not each.searched}
    assert {("Quantile", "level"), ("CrossEntropy", "class_weight")} <= never
    for metric, kind in QUESTIONS:
        for arm in propose(task(kind, metric)).arms:
            searched = {(arm.loss.label, each.name.removeprefix("loss.")) for each in arm.space}
            assert not searched & never


@pytest.mark.parametrize("row", RANGES, ids=lambda row: f"{row.loss}.{row.parameter}")
def test_every_range_has_a_reason_and_lies_where_its_parameter_may(row):
    (cls,) = (cls for cls in all_of() if cls.__name__ == row.loss)
    assert row.why
    if row.searched and not row.factor:
        for end in (row.low, row.high):
            cls(**{row.parameter: end})


def test_a_loss_that_no_range_knows_is_searched_where_its_parameters_say():
    (margin,) = space_of(lossary.TripletMargin(margin=0.5))
    assert (margin.low, margin.high, margin.scale) == (0.05, 5.0, "log")


def test_the_power_begins_where_the_data_say():
    shown = (symptom("variance law", 1.72),)
    arm = next(a for a in propose(task("positive", "rmse"), shown).arms if "Tweedie" in a.name)
    assert arm.loss.power == 1.72
    assert arm.space[0].default == 1.72
    far = (symptom("variance law", 3.0),)
    arm = next(a for a in propose(task("positive", "rmse"), far).arms if "Tweedie" in a.name)
    assert arm.loss.power == 1.9


def test_what_the_data_favour_says_so_and_what_they_speak_against_is_not_tried():
    shown = (symptom("contamination", 0.05),)
    arms, refused = propose(task("positive", "rmse"), shown)
    assert "wild" in next(arm for arm in arms if arm.name == "Huber").reason
    assert any(each.startswith("PoissonNLL: not tried: the data speak") for each in refused)
    assert arms[0].name == "SquaredError"
    assert "wild" in arms[0].caution


def test_learners_and_optimizers_cross_with_every_loss_and_who_refuses_is_told():
    learners = [learner_named("mlp"), learner_named("lightgbm")]
    arms, refused = propose(task("binary", "f1"), (), learners, ["adamw", "sgd"])
    names = [arm.name for arm in arms]
    assert names[0] == "BinaryCrossEntropy · mlp · AdamW"
    assert "BinaryCrossEntropy · mlp · SGD" in names
    assert "BinaryCrossEntropy · lightgbm" in names
    assert len(set(names)) == len(names)
    assert {type(arm.optimizer) for arm in arms if arm.learner == "mlp"} == {AdamW, SGD}
    assert {arm.optimizer for arm in arms if arm.learner == "lightgbm"} == {None}
    assert [arm.role for arm in arms].count("field") == 1
    assert any(each.startswith("Dice · lightgbm: ") for each in refused)


def test_one_learner_alone_is_not_named():
    assert _names(propose(task("positive", "mae"), (), [learner_named("linear")]))[0] == (
        "AbsoluteError"
    )


def test_the_more_learners_and_optimizers_the_fewer_losses():
    asked = task("count", "rmse")
    for optimizers, losses in ((["adamw"], 5), (["adamw", "sgd", "lion"], 3)):
        arms = propose(asked, (), [learner_named("mlp")], optimizers).arms
        assert len({arm.loss.label for arm in arms}) == losses


def test_optimizers_are_read_as_losses_are():
    assert read_optimizers() == (None,)
    assert read_optimizers(["sgd(learning_rate=0.5)", AdamW()]) == (SGD(learning_rate=0.5), AdamW())
    with pytest.raises(NotFoundError, match="AdamW"):
        read_optimizers("adamww")
    with pytest.raises(ArgumentError, match=r"optimizers: 'sgd\(rate=1\)'.*learning_rate"):
        read_optimizers("sgd(rate=1)")


def test_a_loss_of_the_users_that_no_learner_takes_is_refused_with_the_reason():
    with pytest.raises(ArgumentError, match=r"^Dice: "):
        choose(task("binary", "f1"), ["dice"], [learner_named("lightgbm")])


REFUSED = [
    ("positive", "mae", "hubr", NotFoundError, "Huber"),
    ("positive", "mae", "huber(2)", ArgumentError, "write huber\\(delta=…\\)"),
    ("positive", "mae", "huber(width=2)", ArgumentError, "takes delta"),
    ("positive", "mae", "huber(delta=-1)", DomainError, "delta"),
    ("positive", "mae", "huber(delta=2", ArgumentError, "cannot read"),
    ("positive", "mae", "hinge", ArgumentError, "is for classes"),
    ("positive", "mae", "triplet margin", ArgumentError, "compares rows with each other"),
    ("positive", "mae", "info nce", ArgumentError, "compares rows with each other"),
    ("regression", "mae", "weibull aft", ArgumentError, "negative for censored"),
    ("regression", "mae", "poisson nll", ArgumentError, r"targets must lie in \[0, inf\)"),
    ("count", "mae", "mape", ArgumentError, "anything but 0"),
    ("binary", "accuracy", "huber", ArgumentError, "is for amounts"),
    ("binary", "accuracy", "zero one", ArgumentError, "no slope to follow"),
    ("binary", "log_loss", "hinge", ArgumentError, "gives no probability"),
    ("binary", "log_loss", "squared hinge", ArgumentError, "reach 0 and 1"),
    ("multiclass", "roc_auc", "hinge", ArgumentError, "gives no probability"),
    ("multilabel", "f1", "cross entropy", ArgumentError, "exclude each other"),
    ("ordinal", "rps", "squared error", ArgumentError, "gives no probability"),
    ("survival", "c_index", "squared error", ArgumentError, "does not know censoring"),
]


@pytest.mark.parametrize(("kind", "metric", "loss", "error", "told"), REFUSED)
def test_a_loss_that_cannot_serve_is_refused_with_the_reason(kind, metric, loss, error, told):
    with pytest.raises(error, match=told):
        choose(task(kind, metric), [loss])


def test_no_loss_at_all_is_refused():
    with pytest.raises(ArgumentError, match="none was named"):
        choose(task("positive", "mae"), [])
