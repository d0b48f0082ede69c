"""Turns a fitted model into the tables that src/features/risk evaluates."""

import numpy as np
import pandas as pd

from dictionary import Dictionary

# A millionth in log-odds: far below what decides anything, and a third of the file's size.
SCORE_DIGITS = 6


def tables(model, dictionary: Dictionary, features: list[str]) -> dict:
    """
    `scores` of a number: the missing value first, then one more than there are cuts (a value equal to a cut lies above
    it). Of a category: the missing value first, then in the order of `categories`. A pair has the first feature's bins
    as rows and the second's as columns, each with the missing value first.
    """
    mains, pairs = [], []
    for term, scores in zip(model.term_features_, model.term_scores_):
        if len(term) == 1:
            mains.append(main_table(model, features, term[0], scores))
        else:
            pairs.append(pair_table(model, features, term, scores))
    return {"intercept": float(model.intercept_[0]), "features": mains, "pairs": pairs}


def main_table(model, features: list[str], index: int, scores: np.ndarray) -> dict:
    # The last place is for what was never seen: the portal refuses it instead.
    return {"name": features[index], **axis(model.bins_[index][0]), "scores": short(scores[:-1])}


def pair_table(model, features: list[str], term: tuple[int, int], scores: np.ndarray) -> dict:
    # A feature has coarser bins in pairs, or the same where only one set is kept.
    first, second = (model.bins_[index][min(1, len(model.bins_[index]) - 1)] for index in term)
    return {
        "names": [features[index] for index in term],
        "axes": [axis(first), axis(second)],
        "scores": [short(row[:-1]) for row in scores[:-1]],
    }


def short(scores: np.ndarray) -> list[float]:
    # Adding 0 keeps a minus sign off the noughts.
    return [round(float(one), SCORE_DIGITS) + 0.0 for one in scores]


def axis(bins) -> dict:
    if isinstance(bins, dict):
        names = sorted(bins, key=lambda name: bins[name])
        if [bins[name] for name in names] != list(range(1, len(names) + 1)):
            raise AssertionError("Categories are numbered without gaps")
        return {"kind": "category", "categories": names}
    return {"kind": "number", "cuts": [float(one) for one in bins]}


def inputs(dictionary: Dictionary, features: list[str], frame: pd.DataFrame) -> list[dict]:
    """The columns that an applicant's row must have. One without a gap in the data has taught nothing about gaps."""
    return [input_column(name, dictionary.columns[name], frame[name]) for name in dictionary.inputs(features)]


def input_column(name: str, rule: dict, column: pd.Series) -> dict:
    found = {"name": name, "type": rule["type"], "missing": "learnt" if column.isna().any() else "refused"}
    if rule["type"] == "category":
        return {**found, "categories": sorted(column.dropna().unique())}
    return {**found, **{bound: rule[bound] for bound in ("min", "max") if bound in rule}}


def reasons(dictionary: Dictionary, features: list[str]) -> list[dict]:
    """What a feature is called towards an applicant; one that the dictionary does not name goes by its column."""
    found = []
    for one in dictionary.reasons:
        named = [name for name in one["features"] if name in features]
        if named:
            found.append({**one, "features": named})
    rest = [name for name in features if not any(name in one["features"] for one in found)]
    return [*found, *({"code": name, "text": f"The value of {name}", "features": [name]} for name in rest)]
