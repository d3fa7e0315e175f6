"""Losses are found by name, alias, task and property; a typo is told the nearest names."""

import numpy as np
import pytest

import lossary
from lossary import optimizers
from lossary.core.catalogue import all_of
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import parameter
from lossary.domains import positive
from lossary.errors import ArgumentError, DomainError, FormatError, NotFoundError


@pytest.mark.parametrize(
    ("name", "found"),
    [("huber", "Huber"), ("MSE", "SquaredError"), ("pinball", "Quantile"), ("0-1", "ZeroOne"),
     ("kl divergence", "KullbackLeibler"), ("bce_with_logits", "BinaryCrossEntropy"),
     ("Focal-Loss", "SigmoidFocal"), ("NT-Xent (one-sided)", "InfoNCE")],
)  # fmt: skip
def test_a_loss_is_found_by_name_and_alias(name, found):
    assert lossary.find(name).__name__ == found


def test_a_typo_is_told_the_nearest_name():
    with pytest.raises(NotFoundError, match=r"nothing is called 'hubr'\. Did you mean Huber"):
        lossary.find("hubr")
    with pytest.raises(NotFoundError, match="lossary list"):
        lossary.find("xyzzy")


def test_losses_are_found_by_property():
    assert lossary.Quantile in lossary.find(robust=True, convex=True)
    assert lossary.find(trainable=False) == (lossary.ZeroOne,)
    assert set(lossary.find(kind="RatioOfSums")) == {
        lossary.Dice, lossary.Tversky, lossary.RootMeanSquaredError
    }  # fmt: skip
    assert lossary.find(elicits="median") == (lossary.AbsoluteError,)
    with pytest.raises(ArgumentError, match="convex"):
        lossary.find(convexe=True)


def test_no_two_losses_share_a_name_or_alias():
    words = [
        word
        for cls in all_of(lossary.Loss)
        for word in {"".join(filter(str.isalnum, w.lower())) for w in (cls.__name__, *cls.aliases)}
    ]
    assert len(words) == len(set(words)), sorted({w for w in words if words.count(w) > 1})


def test_equal_parameters_make_equal_losses():
    assert lossary.Huber(delta=1) == lossary.Huber() == lossary.Huber(delta=np.float32(1))
    assert hash(lossary.Huber(delta=1)) == hash(lossary.Huber())
    assert lossary.Huber() != lossary.Huber(delta=2.0)


def test_a_parameter_out_of_its_domain_says_so():
    with pytest.raises(DomainError, match=r"Huber\(delta=-1.0\): delta must lie in \(0, inf\)"):
        lossary.Huber(delta=-1.0)
    with pytest.raises(DomainError, match="pool must be 'batch' or 'image'"):
        lossary.Dice(pool="pixel")
    with pytest.raises(DomainError, match="class_weight must lie in each in"):
        lossary.CrossEntropy(class_weight=(1.0, -1.0))


def test_another_version_is_not_read():
    with pytest.raises(FormatError, match="version 99"):
        lossary.from_dict(lossary.Huber().to_dict() | {"version": 99})
    with pytest.raises(FormatError, match="expected what to_dict"):
        lossary.from_dict({"name": "Huber"})


def test_a_loss_of_ones_own_is_held_to_the_laws_at_once():
    from lossary.core.catalogue import _SHELVES
    from lossary.testing import hold

    try:

        @lossary.define
        class Lorentzian(Elementwise):
            """Forgive what is far out.

            >>> Lorentzian(width=2.0)
            Lorentzian(width=2.0)
            """

            cites = ("me2026",)
            tasks = ("regression",)
            elicits = "mode"
            hazards = "Not convex."
            robust = True
            curvature_rule = lossary.core.curvature.secant("negative far out")

            width: float = parameter(1.0, positive, scale="log")
            """Where forgiving begins, in the units of the target."""

            def value(self, xp, prediction, target):
                error = (prediction - target) / self.width
                return xp.log1p(error * error / 2)

        laws = ("the gradient is the slope", "what is masked is not felt", "micro-batches add up")
        for backend in ("numpy", "torch", "jax", "tensorflow"):
            hold(Lorentzian, backend, laws=laws)
        assert lossary.find("lorentzian") is Lorentzian
    finally:
        _SHELVES["loss"].pop("Lorentzian", None)


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(ArgumentError, match="defines one of this name"):
        lossary.define(type("Huber", (Elementwise,), {"value": lambda self, xp, p, t: p - t}))


def test_a_wrong_keyword_or_property_is_told_the_nearest():
    for wrong, told in (
        (lambda: lossary.Huber(dleta=2), "Did you mean delta"),
        (lambda: lossary.Huber().replace(dleta=2), "Did you mean delta"),
        (lambda: lossary.Huber(2.0), r"go by keyword \(delta=…\)"),
        (lambda: lossary.find(task="regresion"), "Did you mean regression"),
        (lambda: lossary.find(elicits="Median"), "Did you mean median"),
        (lambda: lossary.find(3), "one name"),
        (lambda: lossary.find("huber", task="regression"), "one name, or properties"),
        (lambda: float("nan") * lossary.Huber(), "must be finite"),
    ):
        with pytest.raises(ArgumentError, match=told):
            wrong()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: optimizers.Adam(lr=0.1), r"Adam\(lr=…\): here it is learning_rate\."),
        (lambda: optimizers.Adam().replace(eps=0.1), r"here it is epsilon\."),
        (lambda: optimizers.AdamW(wd=0.1), r"here it is weight_decay\."),
        (lambda: optimizers.AdamW(betas=(0.9, 0.99)), r"here it is beta1 and beta2\."),
        (lambda: optimizers.RMSProp(alpha=0.9), r"here it is decay\."),
        (lambda: optimizers.AdaDelta(rho=0.9), r"here it is decay\."),
        (lambda: optimizers.SharpnessAware(rho=0.1), r"here it is radius\."),
        (lambda: optimizers.ClipByNorm(max_norm=1.0), r"here it is limit\."),
        (lambda: lossary.Huber(alpha=0.9), "There are: delta"),
    ],
)
def test_another_librarys_name_of_a_parameter_is_told_as_ours(wrong, told):
    with pytest.raises(ArgumentError, match=told):
        wrong()


def test_names_are_found_as_pytorch_and_keras_write_them():
    for name in ("MSELoss", "nn.HuberLoss", "BCEWithLogitsLoss", "TripletMarginLoss"):
        assert lossary.find(name)


def test_one_times_a_loss_is_the_loss():
    assert 1.0 * lossary.Huber() == lossary.Huber()


def test_what_cannot_work_is_refused_when_it_is_defined():
    with pytest.raises(ArgumentError, match="must be of a kind"):
        lossary.define(type("Plain", (), {}))
    with pytest.raises(ArgumentError, match="has 2 patterns, but value takes"):
        lossary.define(type("Odd", (lossary.Rowwise,), {
            "shapes": "... d, ... d -> ...", "value": lambda self, xp, a, b, c: a
        }))  # fmt: skip


def test_the_suite_does_not_pass_without_testing():
    from lossary.testing import hold

    with pytest.raises(ArgumentError, match="Did you mean permuted rows"):
        hold(lossary.Huber, "numpy", laws=("permutted rows have the same loss",))
    with pytest.raises(ArgumentError, match="float64"):
        hold(lossary.Huber, "numpy", "float63")
