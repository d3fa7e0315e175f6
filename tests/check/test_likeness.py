"""What the comparison with known losses rests on: names, conventions and mistakes that differ."""

from types import SimpleNamespace

import numpy as np
import pytest

import lossary
from lossary.errors import NotFoundError
from lossary.verifier.likeness import FAMILIES, families_named, named
from lossary.verifier.likeness.drawing import DOMAINS
from lossary.verifier.likeness.family import families
from lossary.verifier.likeness.fitting import FITS, line
from lossary.verifier.likeness.totals import TOTALS
from lossary.verifier.silence import silence

ALL = {each.name: each for each in families()}


def called(name, doc="", origin=None):
    return SimpleNamespace(name=name, doc=doc, origin=origin, inputs=())


@pytest.mark.parametrize(
    ("name", "family", "clear"),
    [
        ("mse", "SquaredError", True),
        ("MSELoss", "SquaredError", True),
        ("mean_squared_error", "SquaredError", True),
        ("my_huber_loss", "Huber", True),
        ("SmoothL1Loss", "Huber", True),
        ("smooth_l1_loss", "Huber", True),
        ("binary_cross_entropy_with_logits", "BinaryCrossEntropy", True),
        ("BCEWithLogitsLoss", "BinaryCrossEntropy", True),
        ("sigmoid_focal_loss", "SigmoidFocal", True),
        ("KLDivLoss", "KullbackLeibler", True),
        ("LogCosh", "LogCosh", True),
        ("quantile_loss_v2", "Quantile", True),
        ("huber_loss_that_jumps", "Huber", False),
        ("masked_mse", "SquaredError", False),
    ],
)
def test_a_name_tells_its_family(name, family, clear):
    found = named(called(name))
    assert found is not None
    assert family in {each.name for each in found.families}
    assert found.clear is clear


@pytest.mark.parametrize(
    "name", ["pseudo_label_loss", "dice_bce_loss", "dice_score", "loss_fn", "psnr", "huberized_svm"]
)
def test_a_name_that_tells_nothing_surely_tells_nothing(name):
    found = named(called(name))
    assert found is None or not found.clear


def test_what_is_written_of_a_loss_tells_its_family_where_its_name_does_not():
    assert named(called("loss_fn", doc="Huber loss of errors.")).families[0].name == "Huber"
    assert named(called("loss", origin="losses/quantile_loss.py:loss")).level == 1


def test_a_name_that_is_not_known_is_answered_with_the_nearest():
    with pytest.raises(NotFoundError, match=r"Huber|huber"):
        families_named("hubber")


def test_a_loss_of_ours_without_a_family_is_its_own():
    assert families_named("weibull regression")[0].name == "WeibullAFT"
    assert FAMILIES


MARGINS = {"TripletMargin": 0.5, "Contrastive": 2.6}
"""Margins that some of the rows drawn keep, and others do not."""
SHARES = ("level", "smoothing", "alpha", "beta")


def numbers(family, seed=3):
    """Yield domains, parameters and arrays on which all readings of a family can be computed."""
    rng = np.random.default_rng(seed)
    # Numbers at which no two formulas meet by chance, as they do at 1 or at one half.
    parameters = {
        name: MARGINS.get(family.name) or (0.31 if name in SHARES else 2.31) + 0.17 * place
        for place, name in enumerate(family.parameters)
    }
    for domains in family.domains:
        if domains.startswith("k_"):
            continue  # all rows sum to one there: false positives and negatives are as many
        words = list(zip(family.slots, domains.split(), strict=True))
        batches = [tuple(array(rng, *each, rows) for each in words) for rows in (6, 4, 6, 4, 6, 4)]
        yield domains, parameters, batches


def array(rng, slot, domain, rows):
    if domain == "classes":
        return np.eye(4)[rng.integers(0, 4, rows)]
    return DOMAINS[domain](rng, (rows,) if slot.name == "same" else (rows, 4))


def computed(reading, parameters, batches):
    with silence():
        try:
            return [np.asarray(reading.formula(*arrays, **parameters)) for arrays in batches]
        except (ValueError, IndexError, TypeError):
            return None


@pytest.mark.parametrize("name", sorted(ALL))
def test_no_known_mistake_is_a_convention(name):
    family = ALL[name]
    compared = 0
    for domains, parameters, batches in numbers(family):
        here = [each for each in family.readings if domains.startswith(each.given)]
        right = [computed(each, parameters, batches) for each in here if not each.cause]
        for mistake in (each for each in here if each.cause):
            wrong = computed(mistake, parameters, batches)
            if wrong is None or not all(np.isfinite(each).all() for each in wrong):
                continue
            for own in right:
                compared += same_shape(own, wrong)
                assert not alike(own, wrong), (mistake.cause, domains, parameters)
    assert compared or not any(each.cause for each in family.readings)


def same_shape(own, wrong):
    return own is not None and own[0].shape == wrong[0].shape


def alike(own, wrong):
    """Say whether the same numbers come out, under the plainest total, as they stand."""
    if not same_shape(own, wrong):
        return False
    mine = np.asarray([TOTALS[0].take(each) for each in own])
    theirs = np.asarray([TOTALS[0].take(each) for each in wrong])
    if not np.isfinite(mine).all():
        return False
    scale, shift, error = line(mine, theirs)
    return error < FITS and shift == 0 and abs(scale - 1) < FITS


@pytest.mark.parametrize("loss", [lossary.Huber(delta=0.7), lossary.Quantile(level=0.2)])
def test_our_own_losses_follow_themselves(loss):
    found = lossary.check(loss, only=("likeness",))
    assert found.sound
    assert f"It follows {type(loss).__name__}(" in found.profile[0].says


def test_declaring_another_loss_is_held_to_it():
    def mystery(prediction, target):
        return abs(prediction - target).mean()

    assert not lossary.check(mystery, like="mse", only=("likeness",)).sound
    assert lossary.check(mystery, like="mae", only=("likeness",)).sound
