"""The forms of losses of agents that act: values, chances of actions, advantages. Data only."""

from lossary.verifier.probing.form import form

ENDS = "(dones?|terminals?|terminated|not_?dones?|non_?terminals?|masks?|done_masks?|continu.*)"
NEXT = r"(next_?\w*|\w+_next\w*|target_?\w*|\w+_target\w*)"
"""Names of what says that an episode has ended, and of values of the state that comes next."""
VALUES = r"(q|qs|q_?values?|q_\w+|\w+_q|\w*q_?values?|action_?values?|current_\w+)"
TAKEN = r"(actions?|a|acts?|action_(idx|index|indices|ids?)|\w+_actions?)"
AIMS = r"((\w+_)?targets?(_\w+)?|y|(\w+_)?returns?|expected\w*|td_\w+|g)"
"""Names of a table of values, of the actions that were taken, and of what these are worth."""
ACTING = (
    form(
        "values of steps",
        (
            r"prediction n real (q|v|q_?values?|values?|q_\w+|v_\w+|state_\w+|current_\w+) | "
            f"other n real (rewards?|r) | other n real {NEXT} | other n degree {ENDS}"
        ),
        6.0,
    ),
    *(
        form(
            "values of actions",
            " | ".join(("prediction n,k real (q|qs|q_?values?|q_\\w+|current_\\w+)", *behind)),
            6.0,
        )
        for behind in (
            (
                "other n labels (actions?|a)",
                "other n real (rewards?|r)",
                f"other n,k real {NEXT}",
                f"other n degree {ENDS}",
            ),
            (
                f"other n,k real {NEXT}",
                "other n labels (actions?|a)",
                "other n real (rewards?|r)",
                f"other n degree {ENDS}",
            ),
        )
    ),
    form(
        "actor and critic",
        (
            "prediction n,k scores .*logits.* | "
            "prediction n real (.*values?|baselines?|critic.*) | other n labels actions? | "
            "weight n real (advantages?|adv|returns?|rewards?)"
        ),
        6.0,
    ),
    form(
        "actions",
        (
            "prediction n log_probability log_?p.* | "
            "weight n real (advantages?|adv|returns?|rewards?|weights?)"
        ),
        3.0,
    ),
    form(
        "values of the actions taken",
        f"prediction n,k real {VALUES} | other n labels {TAKEN} | target n real {AIMS}",
        6.0,
    ),
    form(
        "values of the actions taken, actions last",
        f"prediction n,k real {VALUES} | target n real {AIMS} | other n labels {TAKEN}",
        6.0,
    ),
    form(
        "clipped actions",
        (
            "prediction n log_probability (log_?p|log_?probs?|new_.*|logp_new|logprobs_new|"
            ".*new) | "
            "target n log_probability .*old.*|ref.*|behaviou?r.* | "
            "weight n real (advantages?|adv|advantage)"
        ),
        3.0,
    ),
)
