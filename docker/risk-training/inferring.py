"""A dictionary for a file that has none: what can be told from its column names and values."""

import re

import pandas as pd

from dictionary import BadInput, Dictionary
from reading import MISSING

# By law or by the portal's own rule never an input, in whichever file (the words of a column's name).
PROTECTED = {
    "age", "sex", "gender", "marital", "marriage", "married", "dependents", "dependants", "race", "ethnicity",
    "religion", "nationality", "birth", "dob",
}
AGE_BANDS = [30, 40, 50, 62]
# More kinds than this are names or places of a person, not groups to learn from.
MOST_CATEGORIES = 60
FEW_VALUES = 12


def inferred(frame: pd.DataFrame, name: str, target: dict) -> Dictionary:
    """Numbers are numbers, the rest categories; protected by name, constants and identifiers are left out."""
    if target["column"] not in frame:
        raise BadInput(f"The file has no column {target['column']}; it has {', '.join(frame.columns)}: give --target")
    columns, protected, unused = {}, [], []
    for column in frame.columns.drop(target["column"]):
        values = frame[column][~frame[column].isin(MISSING)]
        kind = kind_of(values)
        if words(column) & PROTECTED:
            protected.append({"column": column, **bands(column, values, kind)})
        elif kind == "nothing":
            unused.append(column)
        else:
            columns[column] = {"type": kind}
    if not columns:
        raise BadInput("The file has no column to learn from")
    return Dictionary(
        name=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "model",
        title=name,
        target=target,
        stages={"application": {"exclude": []}},
        columns=columns,
        protected=protected,
        unused=unused,
    )


def kind_of(values: pd.Series) -> str:
    """`nothing` for what says nothing about a group of people: one value only, a running number, a name a row."""
    numeric = pd.to_numeric(values, errors="coerce")
    if values.nunique() < 2:
        return "nothing"
    if numeric.notna().all():
        running = values.nunique() == len(values) and (numeric.diff().dropna() == 1).all()
        return "nothing" if running else "number"
    return "category" if values.nunique() <= MOST_CATEGORIES else "nothing"


def words(name: str) -> set[str]:
    """The words of `personal_status_sex`, `MaritalStatus`, `AGE` in small letters."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def bands(column: str, values: pd.Series, kind: str) -> dict:
    """How a protected number is grouped for the fairness figures."""
    if kind != "number" or values.nunique() <= FEW_VALUES:
        return {}
    if "age" in words(column):
        return {"bands": AGE_BANDS}
    numeric = pd.to_numeric(values)
    return {"bands": sorted({int(numeric.quantile(part)) for part in (0.25, 0.5, 0.75)})}
