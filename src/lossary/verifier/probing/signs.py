"""What speaks for which numbers: in code, in a docstring, in a name, in settings. Data only."""

APPLIED = (
    (
        "logit",
        3,
        (
            r"\bsigmoid\(ARRAY\b|ARRAY\.sigmoid_?\(|log_?sigmoid\(-?ARRAY\b|expit\(-?ARRAY\b|"
            r"with_logits\(ARRAY\b|logits=ARRAY\b|softplus\(-?ARRAY\b|exp\(-ARRAY\)|exp\(-(np\.|"
            r"torch\.|jnp\.)?abs\(ARRAY\b|sigmoid_\w+\(ARRAY\b|exp\(-ARRAY\b|"
            r"log1p\(\w+\.exp\(-?ARRAY|binary_cross_entropy\(ARRAY,.*from_logits=True"
        ),
    ),
    (
        "scores",
        3,
        (
            r"softmax\(ARRAY\b|ARRAY\.(log_)?softmax\(|log_?sum_?exp\(ARRAY\b|ARRAY\.logsumexp\(|"
            r"(?<!binary_)cross_entropy\(ARRAY\b|CrossEntropyLoss\(.*\)\(ARRAY\b|"
            r"ARRAY - \w*\.?\w*max\(ARRAY|ARRAY - ARRAY\.max\(|softmax\(\(ARRAY\b|softmax\(ARRAY /|"
            r"softmax_\w*cross_entropy\w*\(ARRAY\b|"
            r"softmax_\w*cross_entropy\w*\(.*logits=ARRAY\b|nn\.softmax\(ARRAY|"
            r"sparse_\w*crossentropy\(\w+, ARRAY, from_logits=True"
        ),
    ),
    (
        "inlog",
        3,
        (
            r"\blog2?\(ARRAY\b|ARRAY\.log\(|\blog\(\w*\.?(clip|clamp|maximum|"
            r"clip_by_value)\(ARRAY\b|ARRAY\.(clamp|clip)\([^)]*\)\.log|log\(\w+ / \(?ARRAY\b"
        ),
    ),
    (
        "probs",
        3,
        (
            r"(?<!\w)binary_cross_?entropy\(ARRAY\b|BCELoss\(.*\)\(ARRAY\b|xlogy\(\w+, ARRAY\b|"
            r"(clip|clamp|clip_by_value)\(ARRAY, [\w.]*eps|ARRAY\.(clamp|"
            r"clip)\(\w*\.?\w*eps|(clip|clamp|clip_by_value)\(ARRAY, 1e-\d|"
            r"ARRAY\.(clamp|clip)\((min=)?1e-\d+, (max=)?1(\.0)? -"
        ),
    ),
    ("complement", 3, r"\b1(\.0)? - ARRAY\b(?!\[|\.gather| \*)"),
    (
        "degree",
        2,
        (
            r"binary_cross_?entropy(_with_logits)?\([^,]+, ARRAY\b|"
            r"sigmoid_\w+\([^,]+, ARRAY\b|2(\.0)? \* ARRAY - 1"
        ),
    ),
    (
        "side",
        4,
        (
            r"exp\(-\s*ARRAY \*|\b1(\.0)? - ARRAY \*|-ARRAY \* (?![^\n]*log)|margin - ARRAY \*|"
            r"ARRAY == -1|\(-\w+ \* ARRAY\)|\b1(\.0)? - \w+ \* ARRAY\b"
        ),
    ),
    (
        "labels",
        4,
        (
            r"one_hot\(ARRAY\b|gather\([^()]*(\([^()]*\))?[^()]*\bARRAY\b|"
            r"take_along_axis\([^()]*\bARRAY\b|arange\([^\n]*\), ARRAY\b|ARRAY\.(long|int|"
            r"astype|to)\(\w*\.?(int|long|int64)?\)|nll_loss\([^,\n]+, ARRAY\b|"
            r"range\(\w+\), ARRAY\]|sparse_\w+\(ARRAY\b|\[ARRAY\]|scatter_?\([^,]+, ARRAY\b|"
            r"with_integer_labels\([^,]+, ARRAY\b|cast\(ARRAY, \w*\.?\W?int|eye\([^)]*\)\[ARRAY"
        ),
    ),
    (
        "classes",
        2,
        r"(?<!binary_)cross_entropy\([^,\n]+, ARRAY\b|CrossEntropyLoss\(.*\)\([^,\n]+, ARRAY\b",
    ),
    ("logprobs", 3, r"nll_loss\(ARRAY\b|kl_div\(ARRAY\b|ARRAY\.gather\("),
    ("lograte", 2, r"\bexp\(ARRAY\)|ARRAY\.exp\(\)"),
    ("nonnegative", 4, r"log1p\(ARRAY\b|ARRAY\.log1p\(|sqrt\(ARRAY\b|ARRAY\.sqrt\("),
    ("shares", 2, r"ARRAY \* \w*\.?log(_softmax)?\(|ARRAY \* log_|ARRAY \* log\w*"),
    (
        "embedding",
        3,
        (
            r"normalize\(ARRAY\b|norm\(ARRAY,|cosine_similarity\(ARRAY\b|cdist\(ARRAY\b|"
            r"cosine_similarity\(\w+, ARRAY"
        ),
    ),
    ("boxcorner", 5, r"ARRAY\[(\.\.\.|:), 2\]"),
)
"""What code does to an array, here called ARRAY, and which kind of numbers that speaks for."""
SAID = (
    (
        "logits",
        3,
        (
            "logits|raw (model )?(output|score)|unnormali[sz]ed|before (the )?(soft|"
            "sig)m|pre-?(sig|soft)m"
        ),
    ),
    (
        "probs",
        3,
        (
            r"(?<!log-)(?<!log )probabilit|in \[0, ?1\]|between 0 and 1|after (a |"
            "the )?(sigmoid|softmax)|softmax output"
        ),
    ),
    ("logprobs", 5, "log[- _]?prob"),
    (
        "labels",
        4,
        r"class ind|integer|class label|indices|\blong\b|0 ?(<=|≤|\.\.)|class ids|\bint\b|int64",
    ),
    ("shares", 4, "one[- ]?hot|distribution|soft labels"),
    ("degree", 3, r"binary|\{0, ?1\}|0 or 1|0/1|in \[0, ?1\]|multi-?hot"),
    ("positive", 4, r"strictly positive|positive (values|numbers|reals|amounts|depths|floats)"),
    ("side", 5, r"\{-1, ?\+?1\}|-1 or \+?1|\+?1 or -1|-1/\+?1|\+/-1|±1"),
    ("box", 6, "boxes|x1, ?y1|xyxy"),
    ("embedding", 3, "embedding|feature"),
)
NAMED = (
    ("logits", 4, "with_logits|from_logits|sigmoid|softmax|logits"),
    ("logprobs", 2, "^nll(_loss)?$|^kl_div(_loss)?$|^negative_log_likelihood"),
    (
        "embedding",
        4,
        (
            "cosine|contrast|info_?nce|nt_?xent|triplet|(?<!hinge_)embedding|clip_loss|"
            "sup_con|barlow|vic_?reg|sim_?clr|sig_?lip"
        ),
    ),
)
OF_CLASSES = (
    r"^(?!.*(binary|sigmoid|bce|multi_?label)).*(categorical|multi_?class|one_?hot|"
    r"(^|_)softmax_(focal|loss|ce|cross))"
)
"""Names of losses of two classes or more, of which one is right."""
NAMED_TARGETS = (
    (
        "side",
        3,
        "^(squared_|smooth_|modified_|binary_)?hinge|^soft_margin|^exponential_loss|perceptron",
    ),
    ("count", 3, "poisson|negative_binomial|count"),
    ("classes", 4, OF_CLASSES),
)
"""Kinds of numbers that a loss's own name promises: of its prediction, and of its target."""
SETTINGS = (
    (
        "logits",
        "probs",
        (
            "from_logits|with_logits|logits|use_sigmoid|apply_sigmoid|apply_softmax|"
            "sigmoid|use_softmax|softmax|apply_nonlin|activation|act|do_sigmoid|is_logit"
        ),
    ),
    ("lograte", "positive", "log_input"),
    ("logprobs", "shares", "log_target"),
)
NEEDED = (
    ("logit", 1.5, r"sigmoid|logit|exp|softplus|logistic|tanh|super\(\)|self\.\w+\("),
    (
        "scores",
        1.5,
        (
            r"softmax|logit|exp|cross_?entropy|logistic|super\(\)|self\.\w+\(|max|rank|"
            "sort|margin|hinge"
        ),
    ),
    (
        "labels",
        2.0,
        (
            r"gather|one_?hot|take_along|arange|long|\bint|entropy|nll|scatter|"
            r"\[[^\]\n:]+\]|eye\(|super\(\)|self\.\w+\(|unsqueeze|None\]|range\("
        ),
    ),
    ("log_probability", 0.5, r"nll|log|kl_div|super\(\)|self\.\w+\("),
)
"""What code does somewhere that takes numbers of a domain."""
