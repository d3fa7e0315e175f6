"""Words in the name of a loss that speak for a family of forms."""

SQUARES = (
    r"\b(mse|mae|rmse|l1|l2|huber|regress|squared|absolute|log cosh|charbonnier|quantile|"
    "pinball|expectile|smooth l1|mape|smape|wing|tukey|cauchy|welsch|barron|logcosh|"
    r"error|logistic regression)\b|mean squared|mean absolute"
)
BINARY = (
    r"\b(bce|binary|brier|logistic|sigmoid|soft margin|logloss|log loss|focal|asymmetric|"
    r"bernoulli|with logits)\b"
)
SIGN = "hinge|svm|margin|exponential|adaboost|ramp|perceptron|savage|boost"
MULTI = (
    r"(?<!binary )(?<!binary focal )cross ?entropy|\b(ce|xent|nll|softmax|multi ?class|"
    "categorical|classification|poly1|multi margin|label smoothing|gce|sce|focal|arcface|"
    r"cosface|logit adjust\w*|balanced|ldam|taylor|bi tempered|negative log likelihood)\b"
)
PICTURE = (
    r"dice|tversky|jaccard|\biou\b|lovasz|segment|pixel|voxel|boundary|hausdorff|\bseg\b|"
    r"mask|spatial|2d\b|image"
)
VIEWS = (
    "contrast|info ?nce|nt ?xent|sim ?clr|clip|cosine|vic ?reg|barlow|byol|sim ?siam|sig ?lip|"
    "multiple negatives|alignment|in batch|dcl|redundancy"
)
COUNT = r"poisson|\bcount|gamma|tweedie|negative binomial|deviance|msle|logarithmic|exposure"
SPREAD = (
    r"kl|divergence|jensen|\bjs\b|bhattacharyya|hellinger|wasserstein|emd|distil|"
    "(?<!binary )cross ?entropy|distribution"
)
RANKED = "rank|listnet|listmle|listwise|ndcg|lambda|approx|mrr|neural sort"
