"""Fits the additive model, and CatBoost on the same columns to be compared with."""

import warnings
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from catboost import CatBoostClassifier
from interpret.glassbox import ExplainableBoostingClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from dictionary import Dictionary
from metrics import rounded
from starting import add_start, start_of

SEED = 20260317
JUDGED = 0.25
# CatBoost adds in another order with another number of threads: fixed, so that its figures are the same everywhere.
RIVAL_THREADS = 2


@dataclass(frozen=True)
class Settings:
    """`pairs` tables of two features; `leaves` of each small tree that the tables are made of."""

    pairs: int
    leaves: int
    bags: int
    max_bins: int = 1024
    pair_bins: int = 32
    learning_rate: float = 0.04


CHOICES = ((0, 2), (8, 2), (24, 4), (66, 6), (66, 10))
# A loss that pairs lower by less than this share is chance, and a table of two features is harder to explain.
NOT_WORTH_PAIRS = 0.005
BAGS = {"final": 8, "choice": 2}


def fit(dictionary: Dictionary, features: list[str], data: tuple[pd.DataFrame, np.ndarray], settings: Settings):
    """`data` are rows and what happened to them. The number of processes does not change the result."""
    frame, happened = data
    kinds = ["nominal" if dictionary.columns[name]["type"] == "category" else "continuous" for name in features]
    model = ExplainableBoostingClassifier(
        feature_names=features,
        feature_types=kinds,
        interactions=min(settings.pairs, len(features) * (len(features) - 1) // 2),
        max_bins=settings.max_bins,
        max_interaction_bins=settings.pair_bins,
        max_leaves=settings.leaves,
        learning_rate=settings.learning_rate,
        outer_bags=settings.bags,
        monotone_constraints=dictionary.monotone(features),
        random_state=SEED,
        n_jobs=-1,
    )
    start = start_of(dictionary, features, frame, happened)
    with warnings.catch_warnings():
        # It warns that its own charts leave out missing values; ours do not.
        warnings.simplefilter("ignore", UserWarning)
        model.fit(prepared(frame, features), happened, init_score=start.log_odds(frame))
    add_start(model, start, features, frame)
    return model


def prepared(frame: pd.DataFrame, features: list[str]) -> pd.DataFrame:
    """Categories as plain objects with None for a missing one: then a missing value has the first bin."""
    return pd.DataFrame({name: plain(frame[name]) for name in features})


def plain(column: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(column):
        return column
    return column.astype(object).where(column.notna(), None)


def probability(model, frame: pd.DataFrame, features: list[str]) -> np.ndarray:
    return model.predict_proba(prepared(frame, features))[:, 1]


def choose(dictionary: Dictionary, features: list[str], data: tuple[pd.DataFrame, np.ndarray], say) -> tuple[Settings, list[dict]]:
    """How many pairs pay, by log loss on a part of these rows; where figures are nearly equal, fewer."""
    frame, happened = data
    learn, judge = train_test_split(np.arange(len(frame)), test_size=JUDGED, random_state=SEED, stratify=happened)
    found = []
    for pairs, leaves in CHOICES:
        settings = Settings(pairs=pairs, leaves=leaves, bags=BAGS["choice"])
        model = fit(dictionary, features, (frame.iloc[learn], happened[learn]), settings)
        loss = log_loss(happened[judge], probability(model, frame.iloc[judge], features))
        found.append({"pairs": pairs, "leaves": leaves, "logLoss": rounded(loss)})
        say(f"  {pairs} pairs: log loss {found[-1]['logLoss']}")
    enough = min(one["logLoss"] for one in found) * (1 + NOT_WORTH_PAIRS)
    best = next(one for one in found if one["logLoss"] <= enough)
    return Settings(pairs=best["pairs"], leaves=best["leaves"], bags=BAGS["final"]), found


def described(settings: Settings) -> dict:
    return {**asdict(settings), "seed": SEED}


def rival_chance(dictionary: Dictionary, features: list[str], data: tuple[pd.DataFrame, np.ndarray], rest: pd.DataFrame) -> np.ndarray:
    """CatBoost with its usual settings on the same columns: what an opaque model reaches."""
    frame, happened = data
    names = [name for name in features if dictionary.columns[name]["type"] == "category"]
    model = CatBoostClassifier(
        random_seed=SEED, thread_count=RIVAL_THREADS, verbose=False, cat_features=names, allow_writing_files=False
    )
    model.fit(for_rival(frame, features, names), happened)
    return model.predict_proba(for_rival(rest, features, names))[:, 1]


def for_rival(frame: pd.DataFrame, features: list[str], names: list[str]) -> pd.DataFrame:
    found = prepared(frame, features)
    for name in names:
        found[name] = found[name].fillna("(missing)").astype(str)
    return found
