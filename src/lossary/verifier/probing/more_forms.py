"""The forms of several arrays, which are known by the names of their arguments. Data only."""

from lossary.verifier.probing.acting import ACTING
from lossary.verifier.probing.form import form
from lossary.verifier.probing.words import LAYER

COEFFICIENTS = "(theta|w|weights?|beta|coefs?|coefficients?|params?|parameters)"
FEATURES = "(x|xs|features|data|phi|design|inputs)"
"""Names that tell a linear model: coefficients, and a table of features."""
MORE = (
    form(
        "pairs of scores",
        (
            "prediction n real (pos|chosen|good|real|better|win|preferred|positive|.*_pos|"
            ".*_chosen|.*_real|d_real|r_chosen|pos_.*|chosen_.*|real_.*) | "
            "prediction n real (neg|rejected|bad|fake|worse|lose|negative|.*_neg|.*_rejected|"
            ".*_fake|d_fake|r_rejected|neg_.*|rejected_.*|fake_.*)"
        ),
        8.0,
    ),
    form(
        "pairs of chances",
        (
            "prediction n probability (real|.*_real|d_real|real_.*) | "
            "prediction n probability (fake|.*_fake|d_fake|fake_.*)"
        ),
        1.0,
    ),
    *ACTING,
    form(
        "scores made within",
        f"prediction n,d real | other k,d real {LAYER} | target n labels",
        6.0,
    ),
    form(
        "latent",
        (
            "prediction n,d real (mu|means?|z_mean|mean) | "
            "prediction n,d real (log_?var|logvar|log_sigma|z_log_var|log_variance|log_std)"
        ),
        4.0,
    ),
    form(
        "gaussian",
        (
            "prediction n real (mu|means?|pred.*|y_pred|input|loc|y_hat|mean_pred|output) | "
            "target n real | "
            "prediction n positive (var|variances?|sigma|std|scale|sigmas?|pred_var|"
            "variance_pred)"
        ),
        3.0,
    ),
    form(
        "gaussian, log variance",
        (
            "prediction n real (mu|means?|pred.*|y_pred|input|loc|y_hat|output) | "
            "target n real | "
            "prediction n real (log_?var|logvar|log_?sigma2?|log_variances?|s|log_std|"
            "log_sigma_sq)"
        ),
        3.0,
    ),
    form(
        "survival",
        (
            "prediction n real | "
            "target n positive (.*times?|durations?|t|y_time|survival_time) | "
            r"target n degree (events?|.*event.*|.*indicator|status|censor\w*|delta|e|"
            "observed|c)"
        ),
        3.0,
    ),
    form(
        "survival, events first",
        "prediction n real | target n degree (events?|.*event.*|status|e|observed)",
        1.0,
        "",
        "cox|surviv|hazard|partial",
    ),
    form(
        "triplets",
        (
            r"prediction n,d real (anchors?|a|query|q|z_a|anchor_\w+) | "
            r"prediction n,d real (pos\w*|p|z_p|key|k) | "
            r"prediction n,d real (neg\w*|n|z_n)"
        ),
        3.0,
    ),
    form(
        "pairs and sides",
        "prediction n,d real | prediction n,d real | target n side",
        -0.5,
        "cosine|embedding",
    ),
    form(
        "pairs and labels",
        "prediction n,d real | prediction n,d real | target n degree",
        -0.6,
        "contrast|siamese",
    ),
    form(
        "pairs and an order",
        "prediction n real | prediction n real | target n side",
        -0.5,
        "rank",
    ),
    form(
        "mixture",
        (
            "prediction n,k real (log_?)?(pi|alpha|mix\\w*)(_logits)?|\\w*logits|log_weights | "
            "prediction n,k real (mu|mus|means?|locs?) | "
            "prediction n,k real log_?(sigmas?|stds?|scales?|vars?) | "
            "target n real"
        ),
        4.0,
    ),
    form(
        "mixture, deviations",
        (
            "prediction n,k real (log_?)?(pi|pis|alpha|mix\\w*)(_logits)?|\\w*logits|log_weights | "
            "prediction n,k real (mu|mus|means?|locs?) | "
            "prediction n,k positive (sigmas?|stds?|scales?|vars?) | "
            "target n real"
        ),
        4.0,
    ),
    form(
        "mixture of vectors",
        (
            "prediction n,k real (log_?)?(pi|pis|alpha|mix\\w*)(_logits)?|\\w*logits|log_weights | "
            "prediction n,k,d real (mu|mus|means?|locs?) | "
            "prediction n,k,d real log_?(sigmas?|stds?|scales?|vars?) | "
            "target n,d real"
        ),
        4.0,
    ),
    form(
        "detections",
        (
            "prediction n,k scores .*(cls|class|logit|score|conf).* | "
            "prediction n,4 real .*(box|bbox|reg|loc|delta|offset).* | "
            "target n labels .*(cls|class|label|target).* | "
            "target n,4 real .*(box|bbox|reg|loc|delta|offset).*"
        ),
        4.0,
    ),
    form(
        "transcripts",
        "prediction n,t,k scores | target n,s labels",
        5.0,
        "",
        "ctc|rnnt|transduc",
        s=2,
    ),
    form(
        "transcripts, log-probabilities",
        "prediction t,n,k log_probability | target n,s labels",
        5.0,
        "",
        "ctc",
        s=2,
    ),
    form(
        "two labels",
        (
            "prediction n,k scores | target n labels (y|labels?|targets?)_?[a1] | "
            "target n labels (y|labels?|targets?)_?[b2]"
        ),
        4.0,
    ),
    form(
        "teacher and labels",
        (
            r"prediction n,k scores (student.*|.*student.*|logits|outputs?|s_logits|pred\w*) |"
            " "
            "target n,k scores (teacher.*|.*teacher.*|t_logits|.*_t) | "
            "target n labels"
        ),
        3.0,
    ),
    form(
        "variational",
        (
            r"prediction n,d real (recon.*|x_hat|x_rec\w*|.*recon\w*|output|pred\w*) | "
            "target n,d real | "
            "prediction n,t real (mu|means?|z_mean) | "
            "prediction n,t real (log_?var|logvar|log_sigma|z_log_var)"
        ),
        3.0,
    ),
    form(
        "variational, probabilities",
        (
            r"prediction n,d probability (recon.*|x_hat|x_rec\w*|.*recon\w*) | "
            "target n,d degree | "
            "prediction n,t real (mu|means?|z_mean) | "
            "prediction n,t real (log_?var|logvar|log_sigma|z_log_var)"
        ),
        2.0,
    ),
    form(
        "preferences",
        (
            "prediction n real .*policy.*chosen.*|chosen.*|.*pi.*(w|chosen)|policy_c.* | "
            "prediction n real .*(policy|pi).*(reject|l$).*|rejected.*|policy_r.* | "
            "target n real .*ref.*(chosen|w$).* | "
            "target n real .*ref.*(reject|l$).*"
        ),
        3.0,
    ),
    form(
        "distances of pairs",
        "prediction n nonnegative (.*dist(ances?)?|d|dists) | target n degree",
        5.5,
        "contrast|siamese|pair",
        "contrast|siamese|pair",
    ),
    form(
        "distances of pairs, by the target's name",
        "prediction n nonnegative | target n degree (y_true|y|labels?|targets?|same|similar)",
        6.5,
        "contrast|siamese",
        "contrast|siamese",
    ),
    form(
        "a linear model",
        f"prediction d real {COEFFICIENTS} | other n,d real {FEATURES} | target n real",
        8.0,
    ),
    form(
        "a linear model, logits",
        f"prediction d real {COEFFICIENTS} | other n,d real {FEATURES} | target n degree",
        7.5,
        "logist|bce|cross ?entropy|sigmoid|log ?loss",
    ),
    form(
        "a linear model, sides",
        f"prediction d real {COEFFICIENTS} | other n,d real {FEATURES} | target n side",
        7.5,
        "hinge|svm|perceptron|margin",
    ),
)
