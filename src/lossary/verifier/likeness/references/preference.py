"""Direct preference optimisation: the chosen answer gains on the rejected one."""

import numpy as np

from lossary.verifier.likeness.family import Parameter, Slot, family

DPO = family(
    "DPO",
    names=("dpo", "direct preference optimization", "direct preference optimisation",
           "dpo sigmoid"),
    source="Rafailov et al. 2023, Direct preference optimization, equation 7",
    slots=(
        Slot("chosen", ("policy_chosen", "pi_chosen", "chosen_policy", "policy_logps_chosen",
                        "policy_logp_chosen", "model_chosen", "policy_win")),
        Slot("rejected", ("policy_reject", "pi_reject", "rejected_policy", "policy_logps_reject",
                          "policy_logp_reject", "model_reject", "policy_los")),
        Slot("reference of chosen", ("ref_chosen", "reference_chosen", "chosen_ref", "ref_win",
                                     "ref_logps_chosen", "ref_logp_chosen")),
        Slot("reference of rejected", ("ref_reject", "reference_reject", "rejected_ref", "ref_los",
                                       "ref_logps_reject", "ref_logp_reject")),
    ),
    domains=("small small small small",),
    beta=Parameter(("b", "temperature"), (0.1, 0.5)),
)  # fmt: skip
MENDED = "write -logsigmoid(beta * ((chosen - rejected) - (ref_chosen - ref_rejected)))"


def cost(gain):
    """Return -logsigmoid."""
    return np.logaddexp(0, -gain)


@DPO.convention("DPO")
def dpo(chosen, rejected, rc, rr, beta):
    return cost(beta * ((chosen - rejected) - (rc - rr)))


@DPO.convention("IPO: the square of the gain less 1 / (2 beta)")
def ipo(chosen, rejected, rc, rr, beta):
    return ((chosen - rejected) - (rc - rr) - 1 / (2 * beta)) ** 2


def wrong(cause, formula):
    DPO.mistake(cause, MENDED)(
        lambda chosen, rejected, rc, rr, beta: formula(chosen - rejected, rc - rr, beta)
    )


wrong("the sign of the gain is turned: the rejected answer is made likelier",
      lambda own, ref, beta: cost(-beta * (own - ref)))  # fmt: skip
wrong("the reference is added, not taken off", lambda own, ref, beta: cost(beta * (own + ref)))
wrong(
    "the gain is divided by beta, not multiplied", lambda own, ref, beta: cost((own - ref) / beta)
)
wrong("beta is missing", lambda own, ref, beta: cost(own - ref) if beta != 1 else own + np.nan)
wrong("the logarithm is missing", lambda own, ref, beta: -np.exp(-cost(beta * (own - ref))))
wrong("the reference is missing", lambda own, ref, beta: cost(beta * own))
