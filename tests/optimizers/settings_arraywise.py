"""The parameters that rules of whole arrays, and of all weights at once, walk with."""

from typing import Any

from lossary.optimizers import Adam

OTHER = Adam(learning_rate=0.03, beta1=0.8, epsilon=1e-3)
ARRAYWISE: dict[str, list[dict[str, Any]]] = {
    "Adafactor": [
        {"learning_rate": 0.2, "decay": 0.7, "clipping": 0.9, "epsilon1": 1e-3, "epsilon2": 0.3},
        {"relative": False, "falling": False, "clipping": 1.2},
    ],
    "LAMB": [
        {"beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3, "weight_decay": 0.1},
        {"adapted": "matrices", "weight_decay": 0.2},
    ],
    "LARS": [
        {"learning_rate": 0.5, "trust": 0.02, "momentum": 0.7, "weight_decay": 0.1},
        {"trust": 0.7, "adapted": "matrices", "weight_decay": 0.2},
    ],
    "LBFGS": [{"learning_rate": 0.08}],
    "Muon": [
        {"momentum": 0.8, "weight_decay": 0.3, "epsilon": 0.1, "otherwise": OTHER},
        {
            "nesterov": False,
            "adjustment": "rms",
            "coefficients": (2.0, -1.5, 0.5),
            "iterations": 7,
            "otherwise": OTHER,
        },
        {"adjustment": "wide", "iterations": 2, "epsilon": 1e-3, "otherwise": OTHER},
    ],
    "Polyak": [{"maximum": 0.03, "epsilon": 0.5}, {"bound": 0.6, "maximum": 0.05}],
    "Prodigy": [
        {"learning_rate": 0.5, "first": 0.01, "growth": 1.2, "weight_decay": 0.1, "epsilon": 1e-2},
        {"learning_rate": 0.2, "first": 1e-3, "beta1": 0.8, "beta2": 0.9, "corrected": True},
    ],
    "SOAP": [
        {"learning_rate": 0.03, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3, "interval": 4,
         "otherwise": OTHER},
    ],
    "Shampoo": [
        {"learning_rate": 0.2, "epsilon": 0.01, "otherwise": OTHER},
        {"interval": 4, "epsilon": 0.1, "grafting": "gradient", "otherwise": OTHER},
    ],
}  # fmt: skip
