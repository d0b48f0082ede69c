"""Trains one stage: choice of pairs, figures on rows kept out, fairness, comparison, and the tables of all rows."""

from dataclasses import dataclass, replace
from importlib.metadata import version

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, train_test_split

import metrics
from dictionary import Dictionary
from fitting import SEED, Settings, choose, described, fit, probability, rival_chance
from reading import outcome
from scorecard import scorecard_of
from tables import inputs, reasons, tables

KEPT_OUT = 0.2
LIBRARIES = ("interpret-core", "numpy", "pandas", "scikit-learn", "catboost")


@dataclass(frozen=True)
class Task:
    """The rows of a file, what happened to them, and the columns that a stage's model may see."""

    dictionary: Dictionary
    features: list[str]
    frame: pd.DataFrame
    happened: np.ndarray

    def rows(self, places: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
        return self.frame.iloc[places], self.happened[places]

    def fit(self, places: np.ndarray, settings: Settings):
        return fit(self.dictionary, self.features, self.rows(places), settings)

    def approval(self, chance: np.ndarray) -> np.ndarray:
        """The chance of being a good risk, whichever event the data tells of."""
        return chance if self.dictionary.target["event"] == "approved" else 1 - chance


@dataclass(frozen=True)
class Trained:
    """`tables` is all that the model's file holds beside the report."""

    task: Task
    model: object
    report: dict
    tables: dict

    def approval(self, rows: pd.DataFrame) -> np.ndarray:
        """The fitted model's own chances of approval."""
        return self.task.approval(probability(self.model, rows, self.task.features))


def train(dictionary: Dictionary, stage: str, frame: pd.DataFrame, options: dict) -> Trained:
    """`options`: `folds` (0 for none), `digest` of the data, `say` for progress."""
    task = Task(dictionary, dictionary.features(stage), frame, outcome(frame, dictionary))
    everything = np.arange(len(frame))
    split = train_test_split(everything, test_size=KEPT_OUT, random_state=SEED, stratify=task.happened)
    settings, choice = choose(dictionary, task.features, task.rows(split[0]), options["say"])
    report = {
        "title": dictionary.title,
        "choice": choice,
        **held_out(task, split, settings),
        "columns": [{"name": name, **dictionary.columns[name]} for name in task.features],
        "neverUsed": sorted(dictionary.closed() - {dictionary.target["column"]}),
        "proxies": dictionary.proxies,
        "provenance": provenance(task, options["digest"], settings),
    }
    if options["folds"]:
        report["folds"] = cross_validation(task, options["folds"], options["say"])
    final = task.fit(everything, settings)
    found = tables(final, dictionary, task.features)
    report["baseline"] = metrics.baseline(found, frame, task.approval(probability(final, frame, task.features)))
    model = {
        "inputs": inputs(dictionary, task.features, frame),
        "derived": dictionary.derived_for(task.features),
        "reasons": reasons(dictionary, task.features),
        **found,
    }
    return Trained(task, final, report, model)


def held_out(task: Task, split: tuple[np.ndarray, np.ndarray], settings: Settings) -> dict:
    """The figures of a model that was fitted on the first places of the split and judged on the second."""
    seen, unseen = split
    rest, happened = task.rows(unseen)
    chance = probability(task.fit(seen, settings), rest, task.features)
    rival = rival_chance(task.dictionary, task.features, task.rows(seen), rest)
    found = {
        "quality": {"model": metrics.quality(happened, chance), "catboost": metrics.quality(happened, rival)},
        **even_handedness(task, split, chance, settings),
    }
    if task.dictionary.score:
        found["expectedScore"] = score_figures(task, rest, chance, rival)
    return found


def even_handedness(task: Task, split: tuple[np.ndarray, np.ndarray], chance: np.ndarray, settings: Settings) -> dict:
    """With and without what stands in for a protected column; approved is who is a good risk more likely than not."""
    seen, unseen = split
    rest, happened = task.rows(unseen)
    found = metrics.fairness(rest, task.approval(chance) >= 0.5, task.dictionary)
    fewer = [name for name in task.features if name not in task.dictionary.proxies]
    if not found or len(fewer) == len(task.features):
        return {"fairness": found}
    other = replace(task, features=fewer)
    without = probability(other.fit(seen, settings), rest, fewer)
    return {
        "fairness": found,
        "withoutProxies": {
            "auc": metrics.rounded(roc_auc_score(happened, without)),
            "fairness": metrics.fairness(rest, task.approval(without) >= 0.5, task.dictionary),
        },
    }


def score_figures(task: Task, rest: pd.DataFrame, chance: np.ndarray, rival: np.ndarray) -> dict:
    """How well the scorecard and the chances tell the score after the decision (R²), and how often it is exact."""
    rule = task.dictionary.score
    card, factor = scorecard_of(task.dictionary, task.frame), rule["approvedFactor"]
    score = task.frame[rule["column"]].astype(float).to_numpy()
    decided = np.where(task.happened == 1, factor * card, card)
    of_rest = task.frame.index.get_indexer(rest.index)
    return {
        "model": metrics.expected_score(card[of_rest], chance, factor, score[of_rest]),
        "catboost": metrics.expected_score(card[of_rest], rival, factor, score[of_rest]),
        "rows": int(len(card)),
        "decidedExact": int((np.abs(decided - score) < 1e-9).sum()),
    }


def cross_validation(task: Task, count: int, say) -> dict:
    """AUC on each fold beside CatBoost's. The settings are chosen anew inside each fold's own training rows."""
    folds = StratifiedKFold(count, shuffle=True, random_state=SEED)
    found = {"model": [], "catboost": []}
    for seen, unseen in folds.split(task.frame, task.happened):
        settings, _ = choose(task.dictionary, task.features, task.rows(seen), lambda _: None)
        rest, happened = task.rows(unseen)
        chance = probability(task.fit(seen, settings), rest, task.features)
        rival = rival_chance(task.dictionary, task.features, task.rows(seen), rest)
        found["model"].append(metrics.rounded(roc_auc_score(happened, chance)))
        found["catboost"].append(metrics.rounded(roc_auc_score(happened, rival)))
        say(f"  fold: {settings.pairs} pairs, model {found['model'][-1]:.4f}, CatBoost {found['catboost'][-1]:.4f}")
    means = {name: metrics.rounded(np.mean(values)) for name, values in found.items()}
    return {"count": count, **means, "each": found}


def provenance(task: Task, data_digest: str, settings: Settings) -> dict:
    return {
        "dataSha256": data_digest,
        "rows": int(len(task.frame)),
        "keptOut": KEPT_OUT,
        "seed": SEED,
        "settings": described(settings),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
