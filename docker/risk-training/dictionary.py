"""The data dictionary: what the columns of a credit file mean, and which of them a model may see."""

import json
from dataclasses import dataclass, field
from pathlib import Path

MONOTONE = {"increasing": 1, "decreasing": -1}
SHIPPED = Path(__file__).parent / "dictionaries"


class BadInput(Exception):
    """A sentence that says what is wrong with the file or the dictionary."""


@dataclass(frozen=True)
class Dictionary:
    """
    `columns` are what a model may see, each a `number` (with `min`, `max` and `monotone` where they are known) or a
    `category`; a stage leaves some of them out. `derived` are columns the portal works out itself.
    """

    name: str
    title: str
    target: dict
    stages: dict
    columns: dict
    demonstration: bool = False
    score: dict | None = None
    identifier: str | None = None
    unused: list = field(default_factory=list)
    protected: list = field(default_factory=list)
    proxies: list = field(default_factory=list)
    derived: list = field(default_factory=list)
    reasons: list = field(default_factory=list)

    def features(self, stage: str) -> list[str]:
        """In the dictionary's order. Raises BadInput where a protected column or the target is among them."""
        excluded = set(self.stages[stage]["exclude"])
        names = [name for name in self.columns if name not in excluded]
        closed = self.closed()
        for name in names:
            if name in closed:
                raise BadInput(f"The column {name} is protected or decides the outcome: a model may not see it")
        return names

    def closed(self) -> set[str]:
        """The columns that no model may see."""
        score = [self.score["column"]] if self.score else []
        return {self.target["column"], *(one["column"] for one in self.protected), *self.unused, *score}

    def derived_for(self, features: list[str]) -> list[dict]:
        """The derived columns among these features, with those that only others are made of."""
        needed = set(features)
        for one in reversed(self.derived):
            if one["name"] in needed:
                needed.update(sources(one))
        return [one for one in self.derived if one["name"] in needed]

    def inputs(self, features: list[str]) -> list[str]:
        """The columns of the file that these features need, in the dictionary's order."""
        derived = self.derived_for(features)
        needed = {*features, *(name for one in derived for name in sources(one))} - {one["name"] for one in derived}
        return [name for name in self.columns if name in needed]

    def monotone(self, features: list[str]) -> list[int]:
        """+1 where the chance of the event may only rise with the value, -1 where only fall, 0 where either."""
        return [MONOTONE.get(self.columns[name].get("monotone", ""), 0) for name in features]

    def file_columns(self) -> list[str]:
        """What a file of this dictionary must have, the target included."""
        derived = {one["name"] for one in self.derived}
        return [*(name for name in self.columns if name not in derived), self.target["column"]]


def sources(derived: dict) -> list[str]:
    """The columns that a derived one is made of."""
    if "instalment" in derived:
        return [derived["instalment"]["principal"], derived["instalment"]["months"]]
    return [*derived["ratio"]["of"], derived["ratio"]["to"]]


def read_dictionary(path: Path) -> Dictionary:
    """Raises BadInput with the file's name where it is no dictionary."""
    try:
        return Dictionary(**json.loads(path.read_text()))
    except (json.JSONDecodeError, TypeError) as wrong:
        raise BadInput(f"{path.name} is not a data dictionary: {wrong}") from wrong


def shipped_dictionary(header: list[str]) -> Dictionary | None:
    """The first dictionary beside this file whose columns, target included, are all in the header."""
    for path in sorted(SHIPPED.glob("*.json")):
        dictionary = read_dictionary(path)
        if set(dictionary.file_columns()) <= set(header):
            return dictionary
    return None
