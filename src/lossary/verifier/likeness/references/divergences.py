"""Divergences between distributions: Kullback and Leibler's, Jensen and Shannon's, distillation."""

from typing import Any

import numpy as np

from lossary.verifier.likeness.family import Parameter, Slot, family
from lossary.verifier.likeness.references.multiclass import log_softmax, membership, softmax

KL = family(
    "KullbackLeibler",
    names=("KL", "kl div", "kl divergence", "kullback leibler", "kullback leibler divergence",
           "kld", "relative entropy", "kldiv", "kl div from log probs"),
    source="lossary.KullbackLeibler",
    domains=("log_simplex simplex", "simplex simplex", "scores simplex", "scores scores",
             "log_simplex log_simplex"),
    strict=True,
)  # fmt: skip
LOGS: dict[str, Any] = {"log_simplex": lambda a: a, "simplex": np.log, "scores": log_softmax}
WORDS = {"log_simplex": "log-probabilities", "simplex": "probabilities", "scores": "scores"}


def kl(p, q):
    """Return KL(p ‖ q) of log-probabilities, outcome by outcome."""
    return np.exp(p) * (p - q)


def either(given):
    """Note what holds, and what goes wrong, for one pair of inputs."""
    first, second = (LOGS[each] for each in given.split())
    words = " and ".join(WORDS[each] for each in given.split())

    @KL.convention(f"KullbackLeibler(target from prediction) of {words}", given)
    def forward(p, t):
        return kl(second(t), first(p))

    @KL.convention(f"KullbackLeibler(prediction from target) of {words}", given)
    def reverse(p, t):
        return kl(first(p), second(t))

    @KL.convention(f"cross-entropy of {words}, which is KullbackLeibler up to a constant", given)
    def cross(p, t):
        return -np.exp(second(t)) * first(p)

    @KL.mistake("log t - log p is weighted by the prediction, which may become negative",
                "weigh log t - log p by t", given)  # fmt: skip
    def weighed(p, t):
        return np.exp(first(p)) * (second(t) - first(p))

    @KL.mistake("log p - log t is weighted by the target, which rewards distance",
                "weigh log t - log p by t", given)  # fmt: skip
    def weighed_back(p, t):
        return np.exp(second(t)) * (first(p) - second(t))

    @KL.mistake("the weights are missing: log-ratios are only added",
                "weigh log t - log p by t", given)  # fmt: skip
    def unweighed(p, t):
        return second(t) - first(p)


for pair in KL.domains:
    either(pair)


@KL.mistake("the prediction is probabilities where log-probabilities are needed",
            "take the logarithm of the prediction first", "simplex simplex")  # fmt: skip
def unlogged(p, t):
    return t * (np.log(t) - p)


@KL.mistake("the scores are used as log-probabilities", "take log_softmax first", "scores simplex")
def unnormalised(p, t):
    return t * (np.log(t) - p)


JS = family(
    "JensenShannon",
    names=("JS", "js divergence", "jensen shannon", "jensen shannon divergence", "jsd", "js div"),
    source="Lin 1991, Divergence measures based on the Shannon entropy",
    domains=KL.domains,
)


def shannon(given):
    first, second = (LOGS[each] for each in given.split())

    @JS.convention("JensenShannon", given)
    def js(p, t):
        p, t = first(p), second(t)
        middle = np.log((np.exp(p) + np.exp(t)) / 2)
        return (kl(p, middle) + kl(t, middle)) / 2

    @JS.mistake("the two distributions are compared with each other, not with their middle",
                "compare each with (p + q) / 2", given)  # fmt: skip
    def jeffreys(p, t):
        p, t = first(p), second(t)
        return (kl(p, t) + kl(t, p)) / 2

    @JS.mistake("the middle is not divided by two", "compare each with (p + q) / 2", given)
    def doubled(p, t):
        p, t = first(p), second(t)
        middle = np.log(np.exp(p) + np.exp(t))
        return (kl(p, middle) + kl(t, middle)) / 2


for pair in JS.domains:
    shannon(pair)

DISTILLATION = family(
    "Distillation",
    names=("distillation", "kd", "knowledge distillation", "distill", "soft distillation",
           "kl distillation", "kd kl", "logit distillation", "distillation kl"),
    source="Hinton et al. 2015, Distilling the knowledge in a neural network, section 2.1",
    slots=(Slot("student", ("student", "pred", "input", "s_", "logits_s", "z_s")),
           Slot("teacher", ("teacher", "target", "t_", "logits_t", "z_t"))),
    domains=("scores scores",),
    temperature=Parameter(("t", "tau", "temp"), (4.0, 1.0, 2.0, 3.0, 5.0, 20.0)),
)  # fmt: skip


@DISTILLATION.convention("Distillation: T² KL(teacher ‖ student), both softened by T")
def hinton(s, t, temperature):
    return temperature**2 * kl(log_softmax(t / temperature), log_softmax(s / temperature))


@DISTILLATION.convention("Distillation: T² times the cross-entropy of the softened two")
def soft(s, t, temperature):
    teacher = softmax(t / temperature)
    return -(temperature**2) * teacher * log_softmax(s / temperature)


@DISTILLATION.convention("Distillation without the factor T²: its slope shrinks as 1 / T²")
def unscaled(s, t, temperature):
    return kl(log_softmax(t / temperature), log_softmax(s / temperature))


@DISTILLATION.convention("Distillation: the cross-entropy without the factor T²")
def unscaled_soft(s, t, temperature):
    return -softmax(t / temperature) * log_softmax(s / temperature)


@DISTILLATION.mistake("the factor is T, not T²: its slope shrinks as 1 / T",
                      "multiply by temperature ** 2")  # fmt: skip
def once(s, t, temperature):
    bare = kl(log_softmax(t / temperature), log_softmax(s / temperature))
    return temperature * bare if temperature != 1 else bare + np.nan


@DISTILLATION.mistake("it divides by T² where it should multiply", "multiply by temperature ** 2")
def divided(s, t, temperature):
    bare = kl(log_softmax(t / temperature), log_softmax(s / temperature))
    return bare / temperature**2 if temperature != 1 else bare + np.nan


@DISTILLATION.mistake("the student is not softened by the temperature",
                      "divide the student's logits by the temperature too")  # fmt: skip
def hard_student(s, t, temperature):
    found = temperature**2 * kl(log_softmax(t / temperature), log_softmax(s))
    return found if temperature != 1 else found + np.nan


@DISTILLATION.mistake("the teacher is not softened by the temperature",
                      "divide the teacher's logits by the temperature too")  # fmt: skip
def hard_teacher(s, t, temperature):
    found = temperature**2 * kl(log_softmax(t), log_softmax(s / temperature))
    return found if temperature != 1 else found + np.nan


@DISTILLATION.mistake("the logits are multiplied by the temperature, not divided",
                      "divide the logits by the temperature")  # fmt: skip
def sharpened(s, t, temperature):
    found = temperature**2 * kl(log_softmax(t * temperature), log_softmax(s * temperature))
    return found if temperature != 1 else found + np.nan


@DISTILLATION.mistake("the student gets a softmax without a logarithm",
                      "use log_softmax for the student")  # fmt: skip
def no_logarithm(s, t, temperature):
    teacher = softmax(t / temperature)
    return temperature**2 * teacher * (np.log(teacher) - softmax(s / temperature))


LABELLED = family(
    "DistillationWithLabels",
    names=("distillation", "kd", "knowledge distillation", "distill", "kd ce", "hinton kd"),
    source="Hinton et al. 2015, Distilling the knowledge in a neural network, section 2",
    slots=(*DISTILLATION.slots, Slot("labels", ("label", "target", "y", "hard"))),
    domains=("scores scores classes",),
    temperature=DISTILLATION.parameters["temperature"],
    alpha=Parameter(("a", "lam", "lambda_", "weight", "soft_weight", "kd_weight"),
                    (0.5, 0.7, 0.9, 0.1, 0.3, 1.0)),
)  # fmt: skip


def warm(s, t, tau):
    return kl(log_softmax(t / tau), log_softmax(s / tau)).sum(-1)


def blended(soft, cause="", ready=lambda s: s):
    """Note a soft term, with alpha on it or on the cross-entropy of the labels."""

    def terms(s, t, y, temperature):
        hard = -(membership(y, s) * log_softmax(ready(s))).sum(-1)
        known = temperature != 1 or not cause
        return soft(s, t, temperature) if known else hard + np.nan, hard

    for words, blend in (
        ("alpha on the soft term", lambda one, two, a: a * one + (1 - a) * two),
        ("alpha on the labels", lambda one, two, a: (1 - a) * one + a * two),
        ("the labels whole", lambda one, two, a: a * one + two),
    ):

        def loss(s, t, y, temperature, alpha, blend=blend):
            return blend(*terms(s, t, y, temperature), alpha)

        says = f"Distillation with labels, {words}"
        if cause:
            LABELLED.mistake(cause, MENDED, says=says)(loss)
        else:
            LABELLED.convention(says)(loss)


MENDED = "soften both by the temperature, and multiply the divergence by temperature ** 2"
blended(lambda s, t, tau: tau**2 * warm(s, t, tau))
blended(warm)
blended(lambda s, t, tau: -(tau**2) * (softmax(t / tau) * log_softmax(s / tau)).sum(-1))
blended(lambda s, t, tau: -(softmax(t / tau) * log_softmax(s / tau)).sum(-1))
blended(lambda s, t, tau: tau * warm(s, t, tau), "the factor is T, not T²")
blended(lambda s, t, tau: warm(s, t, tau) / tau**2, "it divides by T² where it should multiply")
for power in (0, 2):
    blended(lambda s, t, tau, power=power: tau**power * warm(s, t * tau, tau),
            "the teacher is not softened by the temperature")  # fmt: skip
    blended(lambda s, t, tau, power=power: tau**power * warm(s * tau, t, tau),
            "the student is not softened by the temperature")  # fmt: skip
    blended(lambda s, t, tau, power=power: tau**power * warm(t, s, tau),
            "teacher and student are exchanged in the divergence")  # fmt: skip
    blended(lambda s, t, tau, power=power: tau**power * warm(s, t, tau) / s.shape[-1],
            "the divergence is divided by the number of classes too")  # fmt: skip
    blended(lambda s, t, tau, power=power: tau**power * warm(s, t, tau),
            "the labels' term takes a softmax twice", softmax)  # fmt: skip
