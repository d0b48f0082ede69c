"""The model card: what the model is, how good, how even-handed, and what it must not be used for."""


def model_card(content: dict) -> str:
    """Markdown from the content of the model's file."""
    report = content["report"]
    return "\n".join(
        [
            *heading(content),
            *quality_lines(report),
            *score_lines(report),
            *fold_lines(report),
            *calibration_lines(report),
            *fairness_lines(report),
            *input_lines(content),
            *choice_lines(report),
        ]
    )


def heading(content: dict) -> list[str]:
    source = content["report"]["provenance"]
    warning = "**A demonstration**, trained on public data of no bank. It must not decide on anybody's loan."
    return [
        f"# Model card: {content['name']}, stage {content['stage']}",
        "",
        *([warning, ""] if content["demonstration"] else []),
        f"Data: {content['report']['title']}, {source['rows']} rows, SHA-256 `{source['dataSha256']}`.",
        f"Event: {content['event']}. Trained by InterpretML {source['libraries']['interpret-core']} as an explainable "
        f"boosting machine: {len(content['features'])} tables of one feature and {len(content['pairs'])} of two, "
        f"seed {source['seed']}.",
        f"The figures below are of {source['keptOut']:.0%} of the rows, kept out of training; the shipped tables were then "
        "fitted anew on all rows.",
        "",
        "It informs a person who decides. It says nothing about applicants unlike those it was trained on, and must be "
        "trained anew on the lender's own closed loans before it is relied on.",
        "",
    ]


def quality_lines(report: dict) -> list[str]:
    return [
        "## Quality",
        "",
        "| | rows | AUC | Gini | KS | Brier | log loss |",
        "|---|---|---|---|---|---|---|",
        *(quality_row(name, figures) for name, figures in report["quality"].items()),
        "",
    ]


def quality_row(name: str, figures: dict) -> str:
    values = " | ".join(f"{figures[key]:.4f}" for key in ("auc", "gini", "ks", "brier", "logLoss"))
    return f"| {name} | {figures['rows']} | {values} |"


def score_lines(report: dict) -> list[str]:
    if "expectedScore" not in report:
        return []
    found = report["expectedScore"]
    return [
        f"Expected risk score, R² on the rows kept out: model {found['model']:.4f}, CatBoost {found['catboost']:.4f}. "
        f"The scorecard gives the decided score exactly on {found['decidedExact']} of all {found['rows']} rows.",
        "",
    ]


def fold_lines(report: dict) -> list[str]:
    if "folds" not in report:
        return []
    found = report["folds"]
    rows = enumerate(zip(found["each"]["model"], found["each"]["catboost"]), start=1)
    return [
        f"Cross-validation on {found['count']} folds, AUC; pairs chosen anew inside each fold's training rows:",
        "",
        "| fold | model | CatBoost |",
        "|---|---|---|",
        *(f"| {fold} | {model:.4f} | {rival:.4f} |" for fold, (model, rival) in rows),
        f"| mean | {found['model']:.4f} | {found['catboost']:.4f} |",
        "",
    ]


def calibration_lines(report: dict) -> list[str]:
    return [
        "## Calibration",
        "",
        "By tenth of the predicted chance, the lowest first.",
        "",
        "| rows | predicted | observed |",
        "|---|---|---|",
        *(
            f"| {one['rows']} | {one['predicted']:.4f} | {one['observed']:.4f} |"
            for one in report["quality"]["model"]["calibration"]
        ),
        "",
    ]


def fairness_lines(report: dict) -> list[str]:
    if not report["fairness"]:
        return []
    without = report.get("withoutProxies")
    others = {(one["column"], one["group"]): one["ratio"] for one in without["fairness"]} if without else {}
    lines = [
        "## Even-handedness",
        "",
        "Adverse impact ratio: the share that the model would approve of a group ÷ that of the reference group; below "
        "0.80 is in bold. `in the data` is what was decided there.",
        *(proxy_lines(report, without) if without else []),
        "",
        "| column | group | against | rows | ratio | without proxies | in the data |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in report["fairness"]:
        key = (one["column"], one["group"])
        ratios = " | ".join(ratio(value) for value in (one["ratio"], others.get(key), one["observedRatio"]))
        lines.append(f"| {one['column']} | {one['group']} | {one['reference']} | {one['rows']} | {ratios} |")
    return [*lines, ""]


def proxy_lines(report: dict, without: dict) -> list[str]:
    return [
        f"`without proxies` is a model that also lacks {', '.join(report['proxies'])}: AUC {without['auc']:.4f} instead "
        f"of {report['quality']['model']['auc']:.4f}.",
    ]


def ratio(value: float | None) -> str:
    if value is None:
        return "–"
    return f"**{value:.2f}**" if value < 0.8 else f"{value:.2f}"


def input_lines(content: dict) -> list[str]:
    report = content["report"]
    return [
        "## Inputs",
        "",
        f"Never used: {', '.join(report['neverUsed']) or 'nothing was named'}.",
        "",
        "| feature | kind | approval or default may only |",
        "|---|---|---|",
        *(f"| {one['name']} | {one['type']} | {direction(one)} |" for one in report["columns"]),
        "",
    ]


def direction(column: dict) -> str:
    words = {"increasing": "rise with it", "decreasing": "fall with it"}
    return words.get(column.get("monotone", ""), "(free)")


def choice_lines(report: dict) -> list[str]:
    return [
        "## Choice of pairs",
        "",
        "By log loss on a part of the training rows.",
        "",
        "| pairs | leaves | log loss |",
        "|---|---|---|",
        *(f"| {one['pairs']} | {one['leaves']} | {one['logLoss']:.6f} |" for one in report["choice"]),
        "",
    ]
