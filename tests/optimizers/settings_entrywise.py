"""The parameters that rules of single entries walk with.

Where a rule jumps between the walls of the valley it magnifies rounding as any chaos does: there
a smaller rate or a larger epsilon is chosen, so that paths can be compared at all.
"""

from typing import Any

ENTRYWISE: dict[str, list[dict[str, Any]]] = {
    "ADOPT": [
        {"learning_rate": 0.05, "beta2": 0.9, "epsilon": 0.3, "weight_decay": 0.1},
        {"clipped": False, "beta1": 0.6, "beta2": 0.95},
    ],
    "AMSGrad": [
        {"learning_rate": 0.05, "beta2": 0.7, "epsilon": 1e-2},
        {"bias_correction": False, "beta1": 0.5},
    ],
    "AdEMAMix": [
        {"learning_rate": 0.02, "beta3": 0.98, "alpha": 2.0, "warm_up": 40.0, "epsilon": 1e-3},
        {"beta1": 0.0, "beta2": 0.9, "warm_up": 30.0, "weight_decay": 0.2},
        {"beta3": 0.99},
    ],
    "AdaBelief": [{"learning_rate": 0.05, "beta1": 0.7, "epsilon": 1e-3}, {"beta2": 0.9}],
    "AdaDelta": [{"learning_rate": 0.3, "decay": 0.8, "epsilon": 1e-4}],
    "AdaGrad": [
        {"learning_rate": 0.3, "epsilon": 0.05, "initial_square": 0.5},
        {"learning_rate": 0.3, "epsilon": 0.05, "inside_root": True},
    ],
    "AdaMax": [{"learning_rate": 0.05, "beta2": 0.9, "epsilon": 0.02}, {"beta1": 0.5}],
    "Adam": [{"learning_rate": 0.05, "epsilon": 1e-3}, {"beta1": 0.0}],
    "AdamW": [
        {"learning_rate": 0.05, "beta1": 0.8, "epsilon": 1e-2, "weight_decay": 0.3},
        {"beta2": 0.9, "weight_decay": 0.0},
    ],
    "Adan": [
        {"learning_rate": 0.05, "beta1": 0.9, "epsilon": 1e-2, "weight_decay": 0.3},
        {"beta2": 0.6, "beta3": 0.9, "weight_decay": 0.2, "proximal": False},
    ],
    "Lion": [{"learning_rate": 0.013, "beta1": 0.7, "beta2": 0.9, "weight_decay": 0.4}, {}],
    "Momentum": [
        {"learning_rate": 0.02, "momentum": 0.7, "dampening": 0.4},
        {"momentum": 0.85},
    ],
    "NAdam": [
        {"learning_rate": 0.05, "momentum_decay": 0.3, "epsilon": 1e-2},
        {"beta1": 0.5, "beta2": 0.9, "momentum_decay": 0.0, "epsilon": 0.01},
    ],
    "Nesterov": [{"learning_rate": 0.015, "momentum": 0.8}],
    "RAdam": [{"learning_rate": 0.01, "beta1": 0.7, "beta2": 0.95, "epsilon": 0.1}, {"beta2": 0.6}],
    "RMSProp": [
        {"epsilon": 0.1, "initial_square": 0.3},
        {"decay": 0.7, "momentum": 0.6, "inside_root": True, "epsilon": 0.1},
        {"learning_rate": 0.005, "centred": True, "epsilon": 0.1},
    ],
    "Rprop": [
        {"learning_rate": 0.05, "shrink": 0.4, "growth": 1.3, "smallest": 1e-3, "largest": 0.2}
    ],
    "SGD": [{"learning_rate": 0.03}],
    "ScheduleFreeAdamW": [
        {"learning_rate": 0.1, "beta1": 0.7, "epsilon": 1e-2, "weight_decay": 0.2},
        {"beta2": 0.9, "warm_up": 20.0, "rate_power": 1.0, "step_power": 0.5},
    ],
    "ScheduleFreeSGD": [
        {"learning_rate": 0.03, "warm_up": 15.0, "beta1": 0.7, "weight_decay": 0.2},
        {"warm_up": 30.0, "rate_power": 1.0, "step_power": 0.5},
    ],
    "SophiaG": [
        {"gamma": 0.7, "beta2": 0.8, "epsilon": 0.2},
        {"beta1": 0.5, "gamma": 0.5, "weight_decay": 0.5},
    ],
    "Yogi": [
        {"learning_rate": 0.05, "beta2": 0.9, "epsilon": 0.1, "initial_square": 0.5},
        {"bias_correction": True, "beta1": 0.5},
    ],
}
