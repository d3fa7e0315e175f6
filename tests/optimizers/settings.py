"""With which parameters each optimizer walks in the tests: as strange as its formula allows.

An optimizer that is not named here walks with its defaults and a learning rate of 0.01.
"""

import lossary.optimizers as shelf
from tests.optimizers.settings_arraywise import ARRAYWISE
from tests.optimizers.settings_entrywise import ENTRYWISE
from tests.optimizers.settings_wrappers import WRAPPERS

WALKED = {**ENTRYWISE, **ARRAYWISE, **WRAPPERS}


def walked():
    """Yield every optimizer as often as there are parameters to walk with."""
    for cls in shelf.listed():
        if not cls.__module__.startswith("lossary."):
            continue  # a test defined it
        for given in WALKED.get(cls.__name__, [{}]):
            known = given
            if "learning_rate" in cls.own and "learning_rate" not in given:
                known = {"learning_rate": 0.01, **given}
            yield cls(**known)


def firsts(kind=object):
    """Return one of each optimizer of a kind, with its first settings, by its class."""
    return {type(each): each for each in reversed(tuple(walked())) if isinstance(each, kind)}
