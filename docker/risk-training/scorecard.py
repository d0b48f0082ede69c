"""The integer scorecard, read from the file that src/features/risk reads."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from dictionary import Dictionary


def scorecard_of(dictionary: Dictionary, frame: pd.DataFrame) -> np.ndarray:
    card = json.loads((Path(__file__).parent / dictionary.score["scorecard"]).read_text())
    points = np.full(len(frame), card["base"])
    for item in card["items"]:
        column = frame[item["feature"]]
        if "otherThan" in item:
            points = points + item["points"] * (column != item["otherThan"]).to_numpy()
        for step in item.get("atLeast", []):
            points = points + step["points"] * (column >= step["value"]).to_numpy()
    return points
