"""
Trains the credit model: `python train.py --data FILE --out FOLDER [--dictionary FILE]`. Writes for each stage
NAME-STAGE.json (the tables that src/features/risk evaluates, with where they come from and how good they are) and
NAME-STAGE.md (the model card). The same data, dictionary and libraries give the same files.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from card import model_card
from dictionary import BadInput, Dictionary, read_dictionary, shipped_dictionary
from inferring import inferred
from reading import digest, read_text, rows_of, typed
from training import Trained, train

FORMAT = "cloudbank-additive-model/1"


def main(arguments: list[str]) -> int:
    """0, or 2 where the input is wrong: the sentence is on standard error."""
    options = parsed(arguments)
    try:
        text = read_text(options.data)
        dictionary = dictionary_of(options, text)
        frame = typed(text, dictionary)
        for stage in dictionary.stages:
            say(f"{dictionary.name}, stage {stage}: {len(frame)} rows")
            trained = train(dictionary, stage, frame, {"folds": options.folds, "digest": digest(options.data), "say": say})
            write(options.out, file_of(dictionary, stage, trained.report, trained.tables))
            if options.predict:
                predict(options, dictionary, stage, trained)
    except BadInput as wrong:
        say(str(wrong))
        return 2
    return 0


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a CSV file with a header")
    parser.add_argument("--dictionary", type=Path, help="otherwise the shipped one that fits the columns, or none")
    parser.add_argument("--target", help="without a dictionary: the column of what happened")
    parser.add_argument("--positive", default="1", help="without a dictionary: the target's value where it happened")
    parser.add_argument("--event", choices=["approved", "defaulted"], default="defaulted")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--predict", type=Path, help="also write the fitted models' own chances of these rows")
    parser.add_argument("--folds", type=int, default=0, help="also cross-validate against CatBoost on so many folds")
    return parser.parse_args(arguments)


def dictionary_of(options: argparse.Namespace, text) -> Dictionary:
    if options.dictionary:
        return read_dictionary(options.dictionary)
    if options.target is None:
        shipped = shipped_dictionary(list(text.columns))
        if shipped:
            return shipped
    target = {"column": options.target or "BAD", "positive": options.positive, "event": options.event}
    return inferred(text, options.data.stem, target)


def file_of(dictionary: Dictionary, stage: str, report: dict, model: dict) -> dict:
    return {
        "format": FORMAT,
        "name": dictionary.name,
        "stage": stage,
        "event": dictionary.target["event"],
        "demonstration": dictionary.demonstration,
        **model,
        "report": report,
    }


def write(folder: Path, content: dict) -> None:
    """The hash stands first and is of the text that follows it, so that a file that was touched is refused at start."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"{content['name']}-{content['stage']}"
    text = json.dumps(content, separators=(",", ":"), sort_keys=True, ensure_ascii=True, allow_nan=False)
    seal = hashlib.sha256(text.encode()).hexdigest()
    stem.with_suffix(".json").write_text(f'{{"sha256":"{seal}",{text[1:]}\n')
    stem.with_suffix(".md").write_text(model_card(content))
    figures = content["report"]["quality"]["model"]
    say(f"  AUC {figures['auc']}, KS {figures['ks']}, Brier {figures['brier']}: {stem}.json and .md")


def predict(options: argparse.Namespace, dictionary: Dictionary, stage: str, trained: Trained) -> None:
    """The library's own chances of approval, row by row, to hold the portal's evaluation against."""
    rows = rows_of(read_text(options.predict), dictionary, stage)
    chances = trained.approval(rows)
    path = options.out / f"{dictionary.name}-{stage}.predictions.csv"
    path.write_text("approvalProbability\n" + "".join(f"{chance!r}\n" for chance in chances.tolist()))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
