"""What a metric is best at, in words, and whether a loss is known that aims at just this."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Functional:
    """What a metric elicits: its `title`, and who showed it.

    `trains` says whether some loss aims at exactly this; `honest` what is done where none does.
    """

    title: str
    cites: tuple[str, ...] = ()
    trains: bool = True
    honest: str = ""


def _decided(title: str, cites: tuple[str, ...], honest: str) -> Functional:
    return Functional(title, cites, False, honest)


_CUT = "counts of decisions have no slope: probabilities are trained, and cut where the metric is "

FUNCTIONALS: dict[str, Functional] = {
    "mean": Functional("the mean of the target, given the features", ("gneiting2011",)),
    "median": Functional("the median of the target, given the features", ("gneiting2011",)),
    "quantile": Functional("a quantile of the target, given the features", ("koenker1978",)),
    "median weighted by 1/|target|": Functional(
        "a median in which small targets count more: it lies low", ("gneiting2011",)),
    "mean of log(1 + target)": Functional(
        "the mean on the scale of logarithms", ("gneiting2011",)),
    "none": _decided(
        "nothing that a loss is known to aim at", ("gneiting2011",),
        "no loss is known to aim at it: robust losses come near, and the metric decides"),
    "probability": Functional("the probability of each class, or label", ("gneiting2007",)),
    "class": _decided(
        "the most likely class", ("bartlett2006",),
        "decisions have no slope: losses are trained whose best decision is the same"),
    "balanced class": _decided(
        "the class that is most likely beyond its share", ("menon2021",), _CUT + "best"),
    "overlap": _decided(
        "decisions at a threshold that depends on the whole table", ("koyejo2014",),
        _CUT + "best"),
    "cost": _decided(
        "the cheaper decision: yes where its probability exceeds fp / (fp + fn)", ("elkan2001",),
        _CUT + "lowest"),
    "ordering": _decided(
        "an order of the rows: any that the probability gives", ("agarwal2014",),
        "an order has no slope: probabilities are trained, which order rows best"),
    "labels": _decided(
        "each label that is more likely than not", ("dembczynski2012",),
        "decisions have no slope: each label's probability is trained"),
    "label sets": _decided(
        "the most likely set of labels as a whole", ("dembczynski2012",),
        "no loss here aims at whole sets: labels are trained one by one"),
    "level agreement": _decided(
        "a level near the mean of the levels", ("delatorre2018",),
        "agreement has no slope: a number is trained, and cut where the metric is best"),
    "level median": Functional("the middle level, given the features", ("pedregosa2017",)),
    "level probabilities": Functional(
        "the probability of passing each level", ("gneiting2007",)),
    "risk order": _decided(
        "an order of the rows by risk", ("rindt2022",),
        "an order has no slope: times are trained, whose order is that of the risk"),
    "survival curve": Functional("the chance of lasting beyond each time", ("rindt2022",)),
}  # fmt: skip
