"""Reads a credit file as its dictionary says, and works out the derived columns."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

from dictionary import BadInput, Dictionary

MISSING = ["", "NA", "N/A", "nan", "NaN", "null"]
# Below one unit of money a month a ratio to it says nothing more.
LEAST_WHOLE = 1.0


def read_text(path: Path) -> pd.DataFrame:
    """Every column as text. Raises BadInput where the file cannot be read as a table."""
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as wrong:
        raise BadInput(f"{path.name} cannot be read as CSV: {wrong}") from wrong
    return frame.apply(lambda column: column.str.strip())


def typed(frame: pd.DataFrame, dictionary: Dictionary) -> pd.DataFrame:
    """Rows with an outcome, each once, with all columns of the dictionary; a missing value is NaN or None, never guessed."""
    require(frame, dictionary.file_columns())
    # Rows that stand twice would be on both sides of a split.
    content = frame.drop(columns=[dictionary.identifier], errors="ignore") if dictionary.identifier else frame
    frame = frame[~content.duplicated()].reset_index(drop=True)
    return converted(frame, dictionary, dictionary.inputs(list(dictionary.columns)), dictionary.derived)


def rows_of(frame: pd.DataFrame, dictionary: Dictionary, stage: str) -> pd.DataFrame:
    """Rows without an outcome, as many as there are, with the columns that a stage needs."""
    features = dictionary.features(stage)
    needed = dictionary.inputs(features)
    require(frame, needed)
    return converted(frame, dictionary, needed, dictionary.derived_for(features))


def require(frame: pd.DataFrame, names: list[str]) -> None:
    for name in names:
        if name not in frame:
            raise BadInput(f"The file has no column {name}; it has {', '.join(frame.columns)}")


def converted(frame: pd.DataFrame, dictionary: Dictionary, names: list[str], derived: list) -> pd.DataFrame:
    for name in names:
        column = dictionary.columns[name]
        frame[name] = numbers(frame[name], column) if column["type"] == "number" else categories(frame[name])
    return with_derived(frame, derived)


def numbers(column: pd.Series, rule: dict) -> pd.Series:
    """Raises BadInput for a text, and for a value outside the range that the dictionary gives."""
    known = ~column.isin(MISSING)
    values = pd.to_numeric(column.where(known), errors="coerce").astype(float)
    wrong = known & ~np.isfinite(values)
    if wrong.any():
        raise BadInput(f"The column {column.name} is a number, but it holds {column[wrong].iloc[0]!r}")
    outside = (values < rule.get("min", -np.inf)) | (values > rule.get("max", np.inf))
    if outside.any():
        raise BadInput(f"The column {column.name} holds {values[outside].iloc[0]}, outside the dictionary's range")
    return values


def categories(column: pd.Series) -> pd.Series:
    return column.astype(object).where(~column.isin(MISSING), None)


def with_derived(frame: pd.DataFrame, derived: list) -> pd.DataFrame:
    """The columns that the portal works out itself, by the formulas of src/features/risk/scoring/derived.ts."""
    for one in derived:
        if "instalment" in one:
            rule = one["instalment"]
            rate = rule["annualRate"] / 12
            months = frame[rule["months"]].where(lambda values: values > 0)
            frame[one["name"]] = frame[rule["principal"]] * rate / (1 - (1 + rate) ** -months)
        else:
            rule = one["ratio"]
            parts = sum(frame[name] for name in rule["of"])
            frame[one["name"]] = parts / frame[rule["to"]].clip(lower=LEAST_WHOLE)
    return frame


def outcome(frame: pd.DataFrame, dictionary: Dictionary) -> np.ndarray:
    """1 where the event happened. Raises BadInput for a missing outcome, and where there is only one."""
    column, positive = frame[dictionary.target["column"]], dictionary.target["positive"]
    if column.isin(MISSING).any():
        raise BadInput(f"The column {column.name} is empty in a row: every row needs an outcome")
    values = column.isin([positive, f"{positive}.0"]).to_numpy(dtype=int)
    if values.min() == values.max():
        found = ", ".join(sorted(column.unique())[:5])
        raise BadInput(f"The column {column.name} never or always is {positive!r} (it holds {found}): nothing can be learnt")
    return values


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
