"""The twins are judged by papers and closed forms, so that they can judge the code."""

from functools import partial

import pytest
from mpmath import almosteq, cosh, e, exp, inf, isnan, log, mpf, nan, npdf, pi, sqrt

from tests.slow_twins import cross_entropy, twin_of

# The closed forms here are computed in mpmath's own 15 digits, the twins in 75 and more.
close = partial(almosteq, rel_eps=mpf("1e-13"), abs_eps=0)
half = mpf(1) / 2


def test_a_twin_is_found_by_the_name_of_its_class():
    assert twin_of("InfoNCE").__module__ == "tests.slow_twins.info_nce"
    assert twin_of("GaussianNLL").__module__ == "tests.slow_twins.gaussian_nll"


def test_a_loss_without_a_twin_is_named():
    with pytest.raises(LookupError, match="NoSuchLoss"):
        twin_of("NoSuchLoss")


def test_nan_in_either_array_is_nan_in_the_value():
    names = ("SquaredError", "AbsoluteError", "LogCosh", "Hinge", "BinaryCrossEntropy", "LogLoss")
    assert all(isnan(twin_of(name)(nan, mpf(1))) for name in names)
    assert all(isnan(twin_of(name)(mpf("0.5"), nan)) for name in names if name != "Hinge")
    row = [nan, mpf(0)]
    assert isnan(twin_of("TripletMargin")(row, row, row, margin=1.0, squared=False))


def test_squared_absolute_and_half_squared_error_of_three():
    errors = ("SquaredError", "HalfSquaredError", "AbsoluteError")
    assert [twin_of(name)(mpf(-1), mpf(2)) for name in errors] == [9, mpf("4.5"), 3]


def test_root_mean_squared_error_is_one_weighted_number_for_the_batch():
    twin = twin_of("RootMeanSquaredError")
    errors, zeros = [[mpf(3)], [mpf(4)]], [[mpf(0)], [mpf(0)]]
    assert close(twin(errors, zeros), sqrt(mpf("12.5")))
    assert close(twin(errors, zeros, weight=[[mpf(3)], [mpf(1)]]), sqrt(mpf("10.75")))


def test_a_zero_weight_removes_an_entry_even_where_it_is_nan():
    weight, zero = [mpf(0), mpf(2)], [mpf(0), mpf(0)]
    assert twin_of("RootMeanSquaredError")([nan, mpf(4)], zero, weight=weight) == 4
    assert twin_of("RootMeanSquaredError")([nan], [mpf(0)], weight=[mpf(0)]) == 0


def test_only_the_difference_counts_wherever_it_lies():
    given = {"Huber": {"delta": 0.5}, "Quantile": {"level": 0.9}}
    for name in ("SquaredError", "AbsoluteError", "LogCosh", "Huber", "Quantile"):
        twin = partial(twin_of(name), **given.get(name, {}))
        assert twin(mpf(8), mpf(6)) == twin(mpf(2), mpf(0)) > 0
        assert twin(mpf(6), mpf(8)) == twin(mpf(-2), mpf(0)) > 0
    assert twin_of("RootMeanSquaredError")([mpf(8)], [mpf(6)]) == 2


def test_percentage_errors_of_makridakis_depend_on_which_value_came_true():
    """Fifty too little of 150 is a third; fifty too much of 100 is a half (Makridakis 1993)."""
    twin = twin_of("AbsolutePercentageError")
    assert close(twin(mpf(100), mpf(150), floor=0.0), mpf(1) / 3)
    assert close(twin(mpf(150), mpf(100), floor=0.0), half)
    assert close(twin(mpf(1), mpf(0), floor=0.25), mpf(4))
    assert close(twin(mpf(-3), mpf(-2), floor=0.25), half)


def test_squared_logarithmic_error_is_the_squared_log_of_the_ratio():
    twin = twin_of("SquaredLogarithmicError")
    assert close(twin(mpf(5), mpf(1)), log(3) ** 2)
    assert close(twin(mpf("1e-100"), mpf(0)), mpf("1e-200"))


def test_huber_is_quadratic_within_delta_and_linear_beyond():
    twin = twin_of("Huber")
    assert twin(mpf(3), mpf(0), delta=0.5) == mpf("1.375")
    assert twin(mpf(0), mpf("0.5"), delta=0.5) == mpf("0.125")
    assert twin(mpf(0), mpf("0.25"), delta=0.5) == mpf("0.03125")


def test_log_cosh_is_quadratic_near_zero_and_linear_far_out():
    twin = twin_of("LogCosh")
    assert close(twin(mpf(1), mpf(0)), log(cosh(1)))
    assert close(twin(mpf(0), mpf("1e-100")), mpf("5e-201"))
    assert close(twin(mpf(-10000), mpf(0)), 10000 - log(2))


def test_a_high_quantile_fears_to_be_too_low():
    twin = twin_of("Quantile")
    assert close(twin(mpf(1), mpf(3), level=0.9), mpf("1.8"))
    assert close(twin(mpf(3), mpf(1), level=0.9), mpf("0.2"))
    assert twin(mpf(3), mpf(1), level=0.5) == 1


def test_student_t_of_one_degree_is_cauchy_s_and_of_many_is_normal():
    """Three scales out, Cauchy's density is a tenth of what it is in the middle."""
    twin = twin_of("StudentTNLL")
    assert close(twin(mpf(7), mpf(1), degrees=1.0, scale=2.0), log(10))
    assert close(twin(mpf(4), mpf(1), degrees=1e20, scale=1.0), mpf("4.5"))
    assert twin(mpf(4), mpf(4), degrees=3.0, scale=0.1) == 0


def test_poisson_nll_gives_the_poisson_probability_of_a_count():
    """Three events at the rate two have the probability 2^3 exp(-2) / 3! = 8 / (6 e^2)."""
    loss = twin_of("PoissonNLL")(log(mpf(2)), mpf(3))
    assert close(loss + log(6), -log(8 / (6 * e**2)))
    assert twin_of("PoissonNLL")(-inf, mpf(0)) == 0


def test_negative_binomial_nll_gives_the_chance_of_failures_before_the_second_success():
    """Three failures before two successes at even odds: 4 sequences of 1/32 each."""
    loss = twin_of("NegativeBinomialNLL")(log(mpf(2)), mpf(3), dispersion=0.5)
    assert close(loss - log(4), -log(mpf(4) / 32))
    nothing = twin_of("NegativeBinomialNLL")(log(mpf(2)), mpf(0), dispersion=0.5)
    assert close(nothing, log(4))
    assert twin_of("NegativeBinomialNLL")(-inf, mpf(0), dispersion=1.0) == 0


def test_weibull_times_of_shape_two_have_a_hazard_that_grows_with_the_time():
    """At twice the characteristic life, exp(-4) are left, and end at four per unit of it."""
    twin = partial(twin_of("WeibullAFT"), log(mpf(3)), scale=0.5)
    assert close(twin(mpf(-6)), mpf(4))
    assert close(twin(mpf(6)), 4 - log(mpf(4) / 3))


def test_log_logistic_times_of_shape_one_leave_a_quarter_at_three_medians():
    twin = partial(twin_of("LogLogisticAFT"), mpf(0), scale=1.0)
    assert close(twin(mpf(-3)), log(4))
    assert close(twin(mpf(3)), log(16))
    assert close(twin(mpf(-1)), log(2))


def test_gaussian_nll_is_minus_the_log_of_the_normal_density():
    loss = twin_of("GaussianNLL")([mpf(1), log(mpf(4))], mpf(4))
    assert close(loss, -log(npdf(4, 1, 2)) - log(2 * pi) / 2)
    assert twin_of("GaussianNLL")([mpf(2), mpf(0)], mpf(3)) == half


def test_tweedie_deviance_is_nothing_at_the_target_and_known_elsewhere():
    """At power 3/2: 4 sqrt(mean) for a target of zero, 2 (-4 + 1 + 4) for one against four."""
    twin = partial(twin_of("TweedieDeviance"), power=1.5)
    assert abs(twin(log(mpf(3)), mpf(3))) < mpf("1e-30")  # the log is rounded, its effect squared
    assert close(twin(log(mpf(4)), mpf(0)), mpf(8))
    assert close(twin(log(mpf(4)), mpf(1)), mpf(2))


def test_kullback_leibler_of_known_pairs():
    """A binomial of two draws at 2/5 against the uniform: (32 log 2 + 55 log 3 - 50 log 5) / 25."""
    twin, third, quarter = twin_of("KullbackLeibler"), log(mpf(1) / 3), mpf(1) / 4
    binomial = [mpf(9) / 25, mpf(12) / 25, mpf(4) / 25]
    assert close(twin([third] * 3, binomial), (32 * log(2) + 55 * log(3) - 50 * log(5)) / 25)
    assert close(twin([log(quarter), log(3 * quarter)], [half, half]), log(mpf(4) / 3) / 2)
    assert twin([mpf(0), -inf], [mpf(1), mpf(0)]) == 0
    assert twin([mpf(0), -inf], [half, half]) == inf


def test_a_score_of_zero_decides_for_class_zero():
    twin = twin_of("ZeroOne")
    assert [twin(mpf(0), t) for t in (1, 0, -1)] == [1, 0, 0]
    assert [twin(mpf(2), t) for t in (1, 0, -1)] == [0, 1, 1]


@pytest.mark.parametrize("negative", [0, -1])
def test_losses_of_the_margin_at_margins_of_a_half_and_minus_a_half(negative):
    names = ("Hinge", "SquaredHinge", "Exponential")
    assert [twin_of(name)(half, 1) for name in names[:2]] == [half, half**2]
    assert [twin_of(name)(half, negative) for name in names[:2]] == [3 * half, 9 * half**2]
    assert close(twin_of("Exponential")(half, 1), exp(-half))
    assert close(twin_of("Exponential")(half, negative), exp(half))
    assert [twin_of(name)(mpf(7), 1) for name in names[:2]] == [0, 0]


def test_binary_cross_entropy_of_an_even_score_is_a_bit():
    twin = twin_of("BinaryCrossEntropy")
    assert all(close(twin(mpf(0), target), log(2)) for target in (mpf(0), mpf("0.3"), mpf(1)))


def test_binary_cross_entropy_is_right_at_extreme_scores():
    twin = twin_of("BinaryCrossEntropy")
    assert close(twin(mpf(-10000), mpf(1)), mpf(10000))
    assert close(twin(mpf("1e300"), mpf(0)), mpf("1e300"))
    assert close(twin(mpf(700), mpf(1)), exp(mpf(-700)))
    assert twin(inf, mpf(1)) == 0


def test_log_loss_is_binary_cross_entropy_of_the_probability():
    probability = 1 / (1 + exp(-mpf("1.5")))
    expected = twin_of("BinaryCrossEntropy")(mpf("1.5"), mpf("0.25"))
    assert close(twin_of("LogLoss")(probability, mpf("0.25")), expected)


def test_log_loss_is_nothing_when_sure_and_right_and_infinite_when_sure_and_wrong():
    twin = twin_of("LogLoss")
    assert [twin(mpf(p), mpf(t)) for p, t in ((1, 1), (0, 0), (1, 0), (0, 1))] == [0, 0, inf, inf]


def test_uniform_scores_cost_log_k():
    for smoothing in (0.0, 0.1):
        twin = partial(twin_of("CrossEntropy"), smoothing=smoothing, class_weight=None)
        assert close(twin([mpf(5)] * 7, 3), log(7))
        assert close(twin([mpf(5)] * 2, [half, half]), log(2))


def test_two_scores_are_one_logit():
    loss = twin_of("CrossEntropy")([mpf(2), mpf(-1)], 0, smoothing=0.0, class_weight=None)
    assert close(loss, twin_of("BinaryCrossEntropy")(mpf(3), mpf(1)))


def test_smoothing_mixes_the_label_with_the_uniform_distribution():
    """Section 7 of Szegedy et al. 2016: (1 - s) H(label, p) + s H(uniform, p)."""
    twin = partial(twin_of("CrossEntropy"), class_weight=None)
    scores, uniform = [mpf(1), mpf(0), mpf(-2), mpf(3)], [mpf(1) / 4] * 4
    mixed = (twin(scores, 2, smoothing=0.0) + twin(scores, uniform, smoothing=0.0)) / 2
    assert close(twin(scores, 2, smoothing=0.5), mixed)


def test_class_weights_weigh_a_label_in_numerator_and_denominator():
    given = {"smoothing": 0.0, "class_weight": (2.0, 3.0)}
    scores = [mpf(0), mpf(0)]
    assert close(cross_entropy.twin(scores, 1, **given), 3 * log(2))
    assert cross_entropy.share(scores, 1, **given) == 3
    assert cross_entropy.share(scores, [half, half], **given) == mpf("2.5")
    assert cross_entropy.share(scores, 1, smoothing=0.1, class_weight=None) == 1


def test_an_impossible_class_costs_nothing_unless_it_comes():
    twin = partial(twin_of("CrossEntropy"), smoothing=0.0, class_weight=None)
    assert twin([mpf(0), -inf], 0) == 0
    assert twin([mpf(0), -inf], 1) == inf


def test_negative_log_likelihood_reads_the_label():
    assert twin_of("NegativeLogLikelihood")([mpf(-1), mpf(-2), mpf(-3)], 1) == 2


def test_generalized_cross_entropy_lies_between_cross_entropy_and_the_chance_of_a_mistake():
    """Zhang and Sabuncu 2018, section 3.2: the mean absolute error at 1, cross-entropy near 0."""
    twin, scores = twin_of("GeneralizedCrossEntropy"), [mpf(0)] * 4
    assert close(twin(scores, 1, q=1.0), mpf(3) / 4)
    assert close(twin(scores, 1, q=0.5), mpf(1))
    assert close(twin(scores, 1, q=1e-15), log(4))
    assert twin([mpf(0), -inf], 1, q=0.5) == 2


def test_focal_loss_without_alpha_and_gamma_is_binary_cross_entropy():
    twin = partial(twin_of("SigmoidFocal"), alpha=None, gamma=0.0)
    for score, target in ((mpf(3), mpf(1)), (mpf(3), mpf(0)), (mpf(-40), mpf("0.25"))):
        assert close(twin(score, target), twin_of("BinaryCrossEntropy")(score, target))


def test_focal_loss_forgives_the_well_classified_a_hundredfold():
    """Lin et al. 2017, section 3.2: at gamma 2 and a probability of 0.9, a hundredth remains."""
    score = log(mpf(9))
    full = twin_of("BinaryCrossEntropy")(score, mpf(1))
    assert close(twin_of("SigmoidFocal")(score, mpf(1), alpha=None, gamma=2.0), full / 100)
    assert close(twin_of("SigmoidFocal")(score, mpf(1), alpha=0.25, gamma=2.0), full / 400)
    assert close(twin_of("SigmoidFocal")(-score, mpf(0), alpha=0.25, gamma=2.0), full * 3 / 400)


def test_focal_loss_is_linear_in_a_soft_target():
    twin = partial(twin_of("SigmoidFocal"), mpf(2), alpha=0.25, gamma=2.0)
    assert close(twin(mpf("0.25")), (twin(mpf(1)) + 3 * twin(mpf(0))) / 4)


# Two of three points guessed, two of three true, one in common; the second class is empty.
GUESS = [[mpf(1), mpf(0)], [mpf(1), mpf(0)], [mpf(0), mpf(0)]]
TRUTH = [[mpf(0), mpf(0)], [mpf(1), mpf(0)], [mpf(1), mpf(0)]]


def test_dice_and_tversky_count_sets():
    """Tversky at one and one is Jaccard's index, at a half and a half Dice's (Tversky 1977)."""
    for squared in (False, True):
        given = {"smooth": 0.0, "squared": squared, "pool": "batch"}
        assert twin_of("Dice")(GUESS, TRUTH, **given) == [half, 0]
    tversky = partial(twin_of("Tversky"), GUESS, TRUTH, smooth=0.0, pool="batch")
    assert close(tversky(alpha=1.0, beta=1.0)[0], mpf(2) / 3)
    assert tversky(alpha=0.5, beta=0.5) == [half, 0]
    assert tversky(alpha=1.0, beta=0.0)[1] == 0


def test_tversky_weighs_false_alarms_by_alpha_and_misses_by_beta():
    tversky = partial(twin_of("Tversky"), alpha=1.0, beta=3.0, smooth=0.0, pool="batch")
    both = [[mpf(1)], [mpf(1)]]
    assert tversky(both, [[mpf(1)], [mpf(0)]]) == [half]
    assert tversky([[mpf(1)], [mpf(0)]], both) == [3 * half**2]


def test_dice_takes_labels_weights_smoothing_and_images():
    dice = partial(twin_of("Dice"), squared=False)
    guess, labels = [[mpf(1), mpf(0)], [mpf(1), mpf(0)]], [0, 1]
    assert close(dice(guess, labels, smooth=0.0, pool="batch")[0], mpf(1) / 3)
    assert dice(guess, labels, smooth=1.0, pool="batch") == [1 - mpf(3) / 4, half]
    assert dice(guess, labels, smooth=0.0, pool="batch", weight=[mpf(1), mpf(0)]) == [0, 0]
    assert dice(guess, labels, smooth=0.0, pool="image") == [[0, 0], [1, 1]]
    assert dice([guess], [labels], smooth=1.0, pool="image") == [[1 - mpf(3) / 4, half]]


def test_tversky_at_a_half_and_a_half_is_dice_with_twice_the_smoothing():
    guess, labels = (
        [[mpf("0.9"), mpf("0.3")], [mpf("0.2"), mpf("0.6")], [mpf(1), mpf(0)]],
        [0, 1, 1],
    )
    for weight in (None, [mpf(1), mpf(3), mpf(0)], [[mpf(1), mpf(2)]] * 3):
        dice = partial(twin_of("Dice"), guess, labels, smooth=1.0, squared=False, weight=weight)
        tversky = partial(twin_of("Tversky"), guess, labels, alpha=0.5, beta=0.5, smooth=0.5)
        assert all(map(close, tversky(pool="batch", weight=weight), dice(pool="batch")))
        images = zip(tversky(pool="image", weight=weight), dice(pool="image"), strict=True)
        assert all(
            close(a, b) for ours, theirs in images for a, b in zip(ours, theirs, strict=True)
        )


def test_triplet_margin_of_a_right_triangle():
    twin = partial(twin_of("TripletMargin"), [mpf(1), mpf(1)], [mpf(4), mpf(5)])
    far, near = [mpf(1), mpf("6.5")], [mpf(2), mpf(1)]
    assert twin(far, margin=1.0, squared=False) == half
    assert twin(near, margin=1.0, squared=True) == 25
    assert twin(far, margin=0.25, squared=False) == 0


def test_partners_that_cannot_be_told_apart_cost_log_n():
    """Oord et al. 2018, section 2.3: log N is what a critic that knows nothing pays."""
    rows = [[mpf(1), mpf(2)]] * 5
    twin = partial(twin_of("InfoNCE"), rows, rows, temperature=0.5)
    assert all(close(loss, log(5)) for loss in twin())
    weight = [mpf(1), mpf(0), mpf(2), mpf(0), mpf(0)]
    losses = twin(weight=weight)
    assert close(losses[0], log(2))
    assert close(losses[2], log(2))
    assert [losses[i] for i in (1, 3, 4)] == [0, 0, 0]


def test_info_nce_divides_the_likeness_by_the_temperature():
    """Likenesses of two and of nothing at the temperature two: log(1 + exp(-1))."""
    rows, partners = [[mpf(1), mpf(0)], [mpf(0), mpf(1)]], [[mpf(2), mpf(0)], [mpf(0), mpf(2)]]
    losses = twin_of("InfoNCE")(rows, partners, temperature=2.0)
    assert all(close(loss, log(1 + exp(mpf(-1)))) for loss in losses)
