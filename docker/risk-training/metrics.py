"""How good a model is, how even-handed, and what the population it learnt from looked like."""

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss, log_loss, r2_score, roc_auc_score, roc_curve

from dictionary import Dictionary
from reading import outcome

DIGITS = 6


def rounded(value) -> float:
    return round(float(value), DIGITS)


def quality(happened: np.ndarray, chance: np.ndarray) -> dict:
    """Discrimination and calibration on rows that the model has not seen."""
    auc = roc_auc_score(happened, chance)
    false_rate, true_rate, _ = roc_curve(happened, chance)
    return {
        "rows": int(len(happened)),
        "auc": rounded(auc),
        "gini": rounded(2 * auc - 1),
        "ks": rounded(np.max(true_rate - false_rate)),
        "brier": rounded(brier_score_loss(happened, chance)),
        "logLoss": rounded(log_loss(happened, np.clip(chance, 1e-12, 1 - 1e-12))),
        "calibration": calibration(happened, chance),
    }


def calibration(happened: np.ndarray, chance: np.ndarray) -> list[dict]:
    """By decile of the predicted chance, the lowest first."""
    order = np.argsort(chance, kind="stable")
    parts = np.array_split(order, 10)
    return [
        {"rows": int(len(part)), "predicted": rounded(chance[part].mean()), "observed": rounded(happened[part].mean())}
        for part in parts
    ]


def expected_score(scorecard: np.ndarray, chance: np.ndarray, factor: float, score: np.ndarray) -> float:
    """R² of S × (1 − (1 − factor) × P) against the score as it was decided in the end."""
    return rounded(r2_score(score, scorecard * (1 - (1 - factor) * chance)))


def groups(column: pd.Series, rule: dict) -> pd.Series:
    """The group of each row: its band, or the value itself."""
    if "bands" not in rule:
        return column.fillna("not known").replace("", "not known").astype(str)
    edges = rule["bands"]
    names = [f"under {edges[0]}", *(f"{a} to {b - 1}" for a, b in zip(edges, edges[1:])), f"{edges[-1]} and over"]
    values = pd.to_numeric(column, errors="coerce")
    banded = pd.cut(values, [-np.inf, *edges, np.inf], right=False, labels=names)
    return pd.Series(banded).astype(object).where(values.notna(), "not known").astype(str)


def fairness(frame: pd.DataFrame, approved: np.ndarray, dictionary: Dictionary) -> list[dict]:
    """
    Adverse impact ratios: the share that would be approved of each group ÷ that of the reference group (the largest where
    the dictionary names none). Below 0.8 is the usual sign that a rule must be looked at. `observedRatio` is of what was
    decided in the data.
    """
    happened = outcome(frame, dictionary) == 1
    good = happened if dictionary.target["event"] == "approved" else ~happened
    present = [rule for rule in dictionary.protected if rule["column"] in frame]
    return [one for rule in present for one in impact(rule, groups(frame[rule["column"]], rule), approved, good)]


def impact(rule: dict, names: pd.Series, approved: np.ndarray, good: np.ndarray) -> list[dict]:
    wanted = rule.get("reference")
    reference = wanted if (names == wanted).any() else names.mode()[0]
    base = (names == reference).to_numpy()
    found = []
    for name in sorted(names.unique()):
        member = (names == name).to_numpy()
        found.append(
            {
                "column": rule["column"],
                "group": name,
                "reference": reference,
                "rows": int(member.sum()),
                "rate": rounded(approved[member].mean()),
                "ratio": ratio(approved[member].mean(), approved[base].mean()),
                "observedRatio": ratio(good[member].mean(), good[base].mean()),
            }
        )
    return found


def ratio(part: float, whole: float) -> float | None:
    return rounded(part / whole) if whole > 0 else None


def baseline(tables: dict, frame: pd.DataFrame, approval: np.ndarray) -> dict:
    """
    Shares by which a later population is compared (population stability index): of the chance of approval by its tenths,
    and of every feature by its own. A value equal to an edge lies above it.
    """
    edges = inner_edges(approval)
    return {
        "approvalProbability": {
            "edges": [float(one) for one in edges],
            "shares": shares(np.searchsorted(edges, approval, side="right"), len(edges) + 1, len(approval)),
        },
        "features": [feature_baseline(one, frame[one["name"]]) for one in tables["features"]],
    }


def inner_edges(values: np.ndarray) -> np.ndarray:
    """Tenths of the rows, or between the values where they are few: the tenths of a yes or no would be one band."""
    known = np.unique(values)
    if len(known) <= 10:
        return (known[:-1] + known[1:]) / 2
    edges = np.unique(np.quantile(values, np.linspace(0.1, 0.9, 9)))
    return edges[edges > known[0]]


def feature_baseline(table: dict, column: pd.Series) -> dict:
    known = column.notna().to_numpy()
    missing = rounded(1 - known.mean())
    if table["kind"] == "category":
        counts = column.value_counts(normalize=True, dropna=True)
        found = [rounded(counts.get(name, 0.0) * known.mean()) for name in table["categories"]]
        return {"name": table["name"], "missing": missing, "shares": found}
    values = column.to_numpy(dtype=float)[known]
    edges = inner_edges(values)
    found = shares(np.searchsorted(edges, values, side="right"), len(edges) + 1, len(column))
    return {"name": table["name"], "missing": missing, "edges": [float(one) for one in edges], "shares": found}


def shares(places: np.ndarray, count: int, whole: int) -> list[float]:
    return [rounded(one) for one in np.bincount(places, minlength=count) / whole]
