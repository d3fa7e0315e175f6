"""The rules for levels that have an order, for several labels, and for times that were cut off."""

from lossary.lab.rules.rule import LABELS, LEVELS, TIMES, Rule, Sign

_RARE = Sign("rare labels")
_LATE = Sign("late events")
_WHOLE_SETS = (
    "nothing simpler is known to aim at whole sets: right where labels do not depend on each other "
    "once the features are known"
)
_BEAT = "what most models are trained with: the one to beat"

ON_LEVELS: tuple[Rule, ...] = (
    Rule("level agreement", "SquaredError", "levels as numbers: the agreement charges squares of "
         "their distance, and cut-points make levels of the answers", "B", ("pedregosa2017",),
         LEVELS, "levels are far from evenly spaced"),
    Rule("level agreement", "BinaryCrossEntropy", "asks of every level whether it is passed; "
         "cut-points make the decision", "B", ("frank2001", "pedregosa2017"), LEVELS,
         "a level is so rare that nothing can be said of it"),
    Rule("level agreement", "AbsoluteError", "levels as numbers, a far one pulls no more than a "
         "near one", "C", ("pedregosa2017",), LEVELS, "far mistakes are what is charged"),
    Rule("level agreement", "CrossEntropy", _BEAT, "C", ("delatorre2018",), LEVELS,
         "there are few rows: it does not know the order"),

    Rule("level median", "BinaryCrossEntropy", "asks of every level whether it is passed: the "
         "middle level is where more than half have passed", "A", ("pedregosa2017",), LEVELS,
         "a level is so rare that nothing can be said of it"),
    Rule("level median", "AbsoluteError", "levels as numbers: its best answer is the middle one",
         "A", ("pedregosa2017",), LEVELS, "a probability is asked for as well"),
    Rule("level median", "CrossEntropy", "probabilities of the levels, of which the middle is "
         "taken", "B", ("gneiting2007",), LEVELS, "there are few rows: it ignores the order"),
    Rule("level median", "SquaredError", "levels as numbers, and cut-points", "C",
         ("pedregosa2017",), LEVELS, "residuals are skew: it aims at the mean"),

    Rule("level probabilities", "BinaryCrossEntropy", "asks of every level whether it is passed, "
         "as the metric does", "A", ("frank2001", "gneiting2007"), LEVELS,
         "the order has nothing to do with the features"),
    Rule("level probabilities", "CrossEntropy", "lowest at the true probabilities, and nowhere "
         "else", "A", ("gneiting2007",), LEVELS, "there are few rows: it ignores the order"),
)  # fmt: skip

ON_LABELS: tuple[Rule, ...] = tuple(
    Rule(elicits, "BinaryCrossEntropy", reason, grade, cites, LABELS, unless)
    for elicits, reason, grade, cites, unless in (
        ("probability", "each label's probability, and nothing else, is best", "A",
         ("gneiting2007",), ""),
        ("labels", "each label's probability, cut at its threshold, is best", "A",
         ("dembczynski2012",), ""),
        ("overlap", "each label's probability and a tuned threshold are enough", "A",
         ("koyejo2015",), ""),
        ("ordering", "true probabilities put rows in the best order, for each label", "A",
         ("agarwal2014",), ""),
        ("label sets", _WHOLE_SETS, "C", ("dembczynski2012",),
         "labels go together beyond what the features tell: predict the sets as classes"),
    )
) + tuple(
    Rule(elicits, "SigmoidFocal", "turns down what is easy, so that many absent labels do not "
         "drown the few that are there", grade, ("lin2017", "ridnik2021"), LABELS,
         "labels are wrong: those are the hardest", (_RARE,), (), {"alpha": None})
    for elicits, grade in (
        ("probability", "B"), ("labels", "B"), ("overlap", "B"), ("ordering", "B"),
        ("label sets", "C"),
    )
) + (
    Rule("overlap", "Dice", "F1 of each label with probabilities in place of decisions", "B",
         ("milletari2016",), LABELS, "probabilities are read off as well: they go to 0 and 1"),
)  # fmt: skip

ON_TIMES: tuple[Rule, ...] = (
    Rule("risk order", "WeibullAFT", "orders rows by how long they last, and uses those that were "
         "cut off for what they tell", "B", ("kalbfleisch2002", "rindt2022"), TIMES,
         "the risk falls with time, once the first days are over", (), (_LATE,)),
    Rule("risk order", "LogLogisticAFT", "orders rows by how long they last, where the risk rises "
         "and then falls; a late event pulls less", "B", ("kalbfleisch2002",), TIMES,
         "things wear out, so that the risk only rises", (_LATE,)),
    Rule("survival curve", "WeibullAFT", "the likelihood of times, cut off or not, is lowest at "
         "the true curve, if it is of this family", "A", ("rindt2022", "kalbfleisch2002"), TIMES,
         "the risk falls with time, once the first days are over", (), (_LATE,)),
    Rule("survival curve", "LogLogisticAFT", "the likelihood of times whose risk rises and then "
         "falls, lowest at the true curve, if it is of this family",
         "A", ("rindt2022", "kalbfleisch2002"), TIMES,
         "things wear out, so that the risk only rises", (_LATE,)),
)  # fmt: skip
