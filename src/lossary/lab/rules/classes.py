"""The rules for classes: probabilities, decisions, and the order of rows."""

from lossary.lab.rules.rule import LEVELS, MORE, TWO, Rule, Sign

_NOISE, _LOUD_NOISE = Sign("label noise"), Sign("label noise", points=2)
_RARE, _SURE = Sign("imbalance"), Sign("over-confidence")
_ANY = (*TWO, *MORE, *LEVELS)
_BEAT = "what most models are trained with: the one to beat"
_NO_WEIGHT = {"alpha": None}

PROBABILITY: tuple[Rule, ...] = (
    Rule("probability", "BinaryCrossEntropy", "lowest at the true probabilities, and nowhere else",
         "A", ("gneiting2007",), TWO, "labels are wrong: it believes them all", (), (_NOISE,)),
    Rule("probability", "CrossEntropy", "lowest at the true probabilities, and nowhere else",
         "A", ("gneiting2007",), (*MORE, *LEVELS), "labels are wrong: it believes them all", (),
         (_NOISE,)),
    Rule("probability", "BinaryCrossEntropy", "asks of every level whether it is passed: proper, "
         "and knows the order", "A", ("frank2001", "gneiting2007"), LEVELS,
         "the order has nothing to do with the features"),
    Rule("probability", "Exponential", "proper once its margin is doubled; loud about mistakes",
         "A", ("friedman2000",), TWO, "labels are wrong: they pull exponentially", (),
         (_LOUD_NOISE,)),
    Rule("probability", "GeneralizedCrossEntropy", "gives up on labels that cannot be right",
         "B", ("zhang2018", "ghosh2017"), _ANY,
         "labels are right: it learns more slowly, and its probabilities need calibration",
         (_NOISE,), (_RARE,)),
    Rule("probability", "CrossEntropy", "smoothing holds back overconfidence, for a bias",
         "B", ("szegedy2016", "guo2017"), MORE, "probabilities are calibrated after training",
         (_SURE,), (), {"smoothing": 0.05}),
    Rule("probability", "SigmoidFocal", "looks at hard rows; its score is turned back into a "
         "probability", "B", ("charoenphakdee2021",), TWO,
         "one class is rare: plain cross-entropy keeps the probabilities right", (),
         (_RARE, _NOISE), _NO_WEIGHT),
)  # fmt: skip

CLASS: tuple[Rule, ...] = (
    Rule("class", "BinaryCrossEntropy", "its best decision is the most likely class",
         "A", ("bartlett2006",), TWO, "labels are wrong", (), (_NOISE,)),
    Rule("class", "CrossEntropy", "its best decision is the most likely class",
         "A", ("bartlett2006",), (*MORE, *LEVELS), "labels are wrong", (), (_NOISE,)),
    Rule("class", "Hinge", "its best decision is the most likely class; done with rows once right",
         "A", ("bartlett2006",), TWO, "a probability is asked for as well", (), (_RARE,)),
    Rule("class", "SquaredHinge", "its best decision is the most likely class; done, without a "
         "corner, with rows once right",
         "A", ("bartlett2006",), TWO, "labels are wrong", (), (_NOISE, _RARE)),
    Rule("class", "SigmoidFocal", "its best decision is the most likely class; looks at hard rows",
         "A", ("charoenphakdee2021",), TWO, "labels are wrong: those are the hardest", (),
         (_NOISE,), _NO_WEIGHT),
    Rule("class", "Exponential", "its best decision is the most likely class; loud about mistakes",
         "A", ("bartlett2006",), TWO, "labels are wrong: they pull exponentially", (),
         (_LOUD_NOISE,)),
    Rule("class", "GeneralizedCrossEntropy", "gives up on labels that cannot be right",
         "B", ("zhang2018", "ghosh2017"), _ANY, "labels are right, and classes many: it underfits",
         (_LOUD_NOISE,)),
    Rule("class", "CrossEntropy", "smoothing holds back overconfidence",
         "B", ("szegedy2016",), MORE, "what is learnt is to teach another model",
         (_SURE, _NOISE), (), {"smoothing": 0.1}),
    Rule("class", "Hinge", "each class against the rest; right where one has more than half",
         "C", ("bartlett2006",), MORE, "no class has more than half"),
)  # fmt: skip

BALANCED: tuple[Rule, ...] = (
    Rule("balanced class", "BinaryCrossEntropy", "probabilities and a tuned threshold are enough",
         "A", ("koyejo2014", "menon2021"), TWO, "labels are wrong", (), (_NOISE,)),
    Rule("balanced class", "SigmoidFocal", "looks at hard rows, which are often the rare class",
         "B", ("lin2017",), TWO, "labels are wrong: those are the hardest", (), (_NOISE,),
         _NO_WEIGHT),
    Rule("balanced class", "SquaredHinge", "margins and a tuned threshold",
         "B", ("koyejo2014",), TWO, "labels are wrong", (), (_NOISE,)),
    Rule("balanced class", "Exponential", "loud about mistakes, also on the rare class",
         "C", (), TWO, "labels are wrong", (), (_LOUD_NOISE,)),
    Rule("balanced class", "CrossEntropy", "classes weighted so that each counts the same",
         "A", ("menon2021",), (*MORE, *LEVELS), "probabilities are read off as well: they are "
         "those of classes of one size", (_RARE,), fitted="classes"),
    Rule("balanced class", "CrossEntropy", "probabilities, divided by the classes' shares when it "
         "is decided", "A", ("menon2021",), (*MORE, *LEVELS), "the shares will differ in use"),
    Rule("balanced class", "GeneralizedCrossEntropy", "gives up on labels that cannot be right",
         "C", ("zhang2018",), _ANY, "labels are right", (_LOUD_NOISE,), (_RARE,)),
)  # fmt: skip

OVERLAP: tuple[Rule, ...] = (
    Rule("overlap", "BinaryCrossEntropy", "probabilities and a tuned threshold are enough",
         "A", ("koyejo2014",), TWO, "labels are wrong", (), (_NOISE,)),
    Rule("overlap", "CrossEntropy", "probabilities and decisions tuned for the metric are enough",
         "A", ("narasimhan2015",), (*MORE, *LEVELS), "labels are wrong", (), (_NOISE,)),
    Rule("overlap", "Dice", "F1 with probabilities in place of decisions", "B", ("milletari2016",),
         (*TWO, *MORE), "probabilities are read off as well: they go to 0 and 1"),
    Rule("overlap", "SigmoidFocal", "looks at hard rows, which are often the rare class",
         "B", ("lin2017",), TWO, "labels are wrong: those are the hardest", (), (_NOISE,),
         _NO_WEIGHT),
    Rule("overlap", "CrossEntropy", "classes weighted so that each counts the same",
         "C", ("menon2021",), (*MORE, *LEVELS), "rare classes are hopeless: they then cost the "
         "others", (_RARE,), fitted="classes"),
    Rule("overlap", "Tversky", "an overlap of probabilities that charges more for what it misses",
         "C", ("salehi2017",), TWO, "precision matters as much"),
    Rule("overlap", "GeneralizedCrossEntropy", "gives up on labels that cannot be right",
         "C", ("zhang2018",), _ANY, "labels are right", (_LOUD_NOISE,), (_RARE,)),
)  # fmt: skip

COST: tuple[Rule, ...] = (
    Rule("cost", "BinaryCrossEntropy", "probabilities, cut where the costs say, are enough",
         "A", ("elkan2001",), TWO, "labels are wrong", (), (_NOISE,)),
    Rule("cost", "SquaredHinge", "margins and a tuned threshold", "B", ("koyejo2014",), TWO,
         "costs will change: a probability can be cut anew, a margin cannot", (), (_NOISE,)),
    Rule("cost", "SigmoidFocal", "looks at hard rows", "B", ("charoenphakdee2021",), TWO,
         "labels are wrong: those are the hardest", (), (_NOISE,), _NO_WEIGHT),
    Rule("cost", "GeneralizedCrossEntropy", "gives up on labels that cannot be right",
         "C", ("zhang2018",), TWO, "labels are right", (_LOUD_NOISE,), (_RARE,)),
)  # fmt: skip

ORDERING: tuple[Rule, ...] = (
    Rule("ordering", "BinaryCrossEntropy", "true probabilities put rows in the best order",
         "A", ("agarwal2014",), TWO, "labels are wrong", (), (_NOISE,)),
    Rule("ordering", "CrossEntropy", "true probabilities put rows in the best order",
         "A", ("gneiting2007",), MORE, "labels are wrong", (), (_NOISE,)),
    Rule("ordering", "Exponential", "orders rows as their probabilities do",
         "A", ("agarwal2014",), TWO, "labels are wrong", (), (_LOUD_NOISE,)),
    Rule("ordering", "SquaredHinge", "orders rows as their probabilities do",
         "A", ("agarwal2014",), TWO, "labels are wrong", (), (_NOISE,)),
    Rule("ordering", "SigmoidFocal", "looks at hard rows; keeps the order of the probabilities",
         "B", ("charoenphakdee2021",), TWO, "labels are wrong", (), (_NOISE,), _NO_WEIGHT),
    Rule("ordering", "CrossEntropy", "classes weighted so that each counts the same",
         "C", ("menon2021",), MORE, "", (_RARE,), fitted="classes"),
    Rule("ordering", "GeneralizedCrossEntropy", "gives up on labels that cannot be right",
         "B", ("zhang2018", "ghosh2017"), (*TWO, *MORE), "labels are right", (_NOISE,), (_RARE,)),
)  # fmt: skip
