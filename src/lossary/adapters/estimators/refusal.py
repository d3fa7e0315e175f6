"""How a booster refuses what fights with a loss, and what none of them can do yet."""

from typing import Any, NoReturn

from lossary.errors import ArgumentError


def refuse(said: str, mend: str) -> NoReturn:
    """Raise an ArgumentError that says what was given, why it cannot be, and what to do instead."""
    raise ArgumentError(f"{said}.\nHint: {mend}.")


def refuse_offset(name: str, *given: Any) -> None:
    """Refuse a start for each row, where one was given under a host's name for it."""
    if any(each is not None for each in given):
        refuse(
            f"{name}: boosting starts from the loss's own best constant; a start for each row "
            f"could be had, and is not there yet",
            "for counts over an exposure, y=counts / exposure with sample_weight=exposure has the "
            "same optimum",
        )


def refuse_continuation(name: str, given: Any, rounds: str) -> None:
    """Refuse a model to go on with; `rounds` is the host's name for how many there shall be."""
    if given is not None:
        refuse(
            f"{name}: going on with a fitted model could be had, and is not there yet",
            f"fit all {rounds} at once",
        )


def refuse_file(estimator: Any, host: str) -> NoReturn:
    """Refuse to open a host's own file: it does not say which loss its raw scores belong to."""
    refuse(
        f"load_model: a file of {host}'s own does not say which loss it was trained with",
        f"{type(estimator).__name__}.load(path) reads what .save(path) wrote",
    )


def refuse_bent(again: str, constraints: Any) -> None:
    """Refuse constraints that leaves fitted again would break; `again` says that they are."""
    if constraints:
        refuse(
            f"{again}, which would break monotone_constraints",
            "a smooth loss of one raw score keeps them: lossary.Huber(delta=...), or LogCosh()",
        )


def told_again(objective: Any) -> str:
    """Say why what follows is refused: leaves are fitted again."""
    return f"{objective.loss!r} has its leaves fitted again after each tree"
