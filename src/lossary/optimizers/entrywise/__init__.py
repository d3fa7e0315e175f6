"""Rules that move each entry of the weights by itself."""

from lossary.optimizers.entrywise.adabelief import AdaBelief
from lossary.optimizers.entrywise.adadelta import AdaDelta
from lossary.optimizers.entrywise.adagrad import AdaGrad
from lossary.optimizers.entrywise.adam import Adam
from lossary.optimizers.entrywise.adamax import AdaMax
from lossary.optimizers.entrywise.adamw import AdamW
from lossary.optimizers.entrywise.adan import Adan
from lossary.optimizers.entrywise.ademamix import AdEMAMix
from lossary.optimizers.entrywise.adopt import ADOPT
from lossary.optimizers.entrywise.amsgrad import AMSGrad
from lossary.optimizers.entrywise.lion import Lion
from lossary.optimizers.entrywise.momentum import Momentum
from lossary.optimizers.entrywise.nadam import NAdam
from lossary.optimizers.entrywise.nesterov import Nesterov
from lossary.optimizers.entrywise.radam import RAdam
from lossary.optimizers.entrywise.rmsprop import RMSProp
from lossary.optimizers.entrywise.rprop import Rprop
from lossary.optimizers.entrywise.schedule_free_adamw import ScheduleFreeAdamW
from lossary.optimizers.entrywise.schedule_free_sgd import ScheduleFreeSGD
from lossary.optimizers.entrywise.sgd import SGD
from lossary.optimizers.entrywise.sophia_g import SophiaG
from lossary.optimizers.entrywise.yogi import Yogi

__all__ = [
    "ADOPT", "SGD", "AMSGrad", "AdEMAMix", "AdaBelief", "AdaDelta", "AdaGrad", "AdaMax", "Adam",
    "AdamW", "Adan", "Lion", "Momentum", "NAdam", "Nesterov", "RAdam", "RMSProp", "Rprop",
    "ScheduleFreeAdamW", "ScheduleFreeSGD", "SophiaG", "Yogi",
]  # fmt: skip
