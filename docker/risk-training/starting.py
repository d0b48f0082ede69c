"""
The smooth part of the model, from which the boosting starts: log-odds as a sum over features of a line and a logarithm.
Boosted steps follow a long slope only roughly; what is left for them after this start is what a slope cannot say.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit
from threadpoolctl import threadpool_limits

from dictionary import Dictionary

# The weight of the squared coefficients beside the sum of losses, on standardised columns.
PENALTY = 1.0


@dataclass(frozen=True)
class Part:
    """One feature's place in the start: how its values become columns, and what each column is worth."""

    name: str
    categories: list[str]
    scale: float
    middle: float
    means: np.ndarray
    spreads: np.ndarray
    weights: np.ndarray

    def columns(self, values: pd.Series) -> np.ndarray:
        if self.categories:
            raw = np.column_stack([(values == one).to_numpy(dtype=float) for one in self.categories])
        else:
            known = values.to_numpy(dtype=float)
            missing = np.isnan(known)
            filled = np.where(missing, self.middle, known)
            slow = np.sign(filled) * np.log1p(np.abs(filled) / self.scale)
            raw = np.column_stack([filled, slow, missing.astype(float)])
        return (raw - self.means) / self.spreads

    def log_odds(self, values: pd.Series) -> np.ndarray:
        return self.columns(values) @ self.weights


@dataclass(frozen=True)
class Start:
    intercept: float
    parts: list[Part]

    def log_odds(self, frame: pd.DataFrame) -> np.ndarray:
        return self.intercept + sum(part.log_odds(frame[part.name]) for part in self.parts)


def start_of(dictionary: Dictionary, features: list[str], frame: pd.DataFrame, happened: np.ndarray) -> Start:
    """Both columns of a feature with a direction keep to it, so that their sum does."""
    parts = [unweighted(name, frame[name], dictionary.columns[name]["type"]) for name in features]
    blocks = [part.columns(frame[part.name]) for part in parts]
    bounds = [bound for part, sign in zip(parts, dictionary.monotone(features)) for bound in bounds_of(part, sign)]
    # The order in which threads add would change the last digits from machine to machine.
    with threadpool_limits(1):
        intercept, weights = logistic(np.hstack(blocks), happened, bounds)
    ends = np.cumsum([block.shape[1] for block in blocks])
    return Start(intercept, [replace(part, weights=share) for part, share in zip(parts, np.split(weights, ends[:-1]))])


def unweighted(name: str, values: pd.Series, kind: str) -> Part:
    """The part before anything is fitted: its columns are standardised on these values."""
    known, middle, scale = [], 0.0, 1.0
    if kind == "category":
        known = sorted(values.dropna().unique())
    else:
        middle = float(np.nan_to_num(values.median()))
        scale = float(np.nan_to_num(values.abs().median())) or 1.0
    plain = Part(name, known, scale, middle, means=np.zeros(1), spreads=np.ones(1), weights=np.zeros(1))
    raw = plain.columns(values)
    spreads = raw.std(axis=0)
    return replace(plain, means=raw.mean(axis=0), spreads=np.where(spreads > 0, spreads, 1.0))


def bounds_of(part: Part, sign: int) -> list[tuple]:
    if part.categories:
        return [(None, None)] * len(part.categories)
    slope = {0: (None, None), 1: (0, None), -1: (None, 0)}[sign]
    return [slope, slope, (None, None)]


def logistic(columns: np.ndarray, happened: np.ndarray, bounds: list[tuple]) -> tuple[float, np.ndarray]:
    """Logistic regression with a squared penalty and bounded coefficients."""

    def loss(found: np.ndarray) -> tuple[float, np.ndarray]:
        log_odds = found[0] + columns @ found[1:]
        error = expit(log_odds) - happened
        value = np.logaddexp(0, log_odds).sum() - log_odds[happened == 1].sum() + PENALTY / 2 * found[1:] @ found[1:]
        return value, np.concatenate([[error.sum()], columns.T @ error + PENALTY * found[1:]])

    nothing = np.zeros(columns.shape[1] + 1)
    options = {"maxiter": 2000, "maxfun": 4000}
    found = minimize(loss, nothing, jac=True, method="L-BFGS-B", bounds=[(None, None), *bounds], options=options).x
    return float(found[0]), found[1:]


def add_start(model, start: Start, features: list[str], frame: pd.DataFrame) -> None:
    """
    Puts the start into the fitted model's own tables: each bin gets what the start says of its rows on average. From then
    on the model predicts by itself, exactly what its tables say.
    """
    for index, part in enumerate(start.parts):
        places = bin_places(model.bins_[index][0], frame[features[index]])
        scores = model.term_scores_[index]
        counts = np.bincount(places, minlength=len(scores))
        sums = np.bincount(places, weights=part.log_odds(frame[part.name]), minlength=len(scores))
        shift = np.where(counts > 0, sums / np.maximum(counts, 1), 0.0)
        middle = float(sums.sum() / counts.sum())
        model.term_scores_[index] = scores + np.where(counts > 0, shift - middle, 0.0)
        model.intercept_ = model.intercept_ + middle
    model.intercept_ = model.intercept_ + start.intercept


def bin_places(bins, values: pd.Series) -> np.ndarray:
    """The bin of each value, 0 where it is missing."""
    if isinstance(bins, dict):
        return values.map(bins).fillna(0).to_numpy(dtype=int)
    known = values.to_numpy(dtype=float)
    return np.where(np.isnan(known), 0, np.searchsorted(bins, known, side="right") + 1)
