"""Scores the model and Apertium on the same sentences in the same run."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import torch

from . import apertium, clean, tokenizer
from .collect import Row, read_rows
from .model import Shape, Translator
from .overlap import Overlap
from .scores import bleu, chrf
from .settings import PAIRS, Pair, data_files, work_dir
from .translate import translate

HOW = "with the recipe's own BLEU and chrF (sacrebleu's definitions), the 32-bit averaged weights"

Set = tuple[str, list[str], list[str]]


def load_average(pair: Pair) -> tuple[Translator, dict[str, int]]:
    saved = torch.load(work_dir() / pair.name / "checkpoint.pt", weights_only=True)
    model = Translator(Shape(**saved["shape"]))
    model.load_state_dict(saved["average"])
    return model.eval(), {"step": saved["step"], "tokens": saved["tokens"]}


def test_sets(pair: Pair, flores: Path | None, most: int) -> list[Set]:
    unseen_rows = unseen(pair)
    rows, prose = ([row for row in unseen_rows if row[0] == domain][:most] for domain in ("talk", "facts"))
    sets = [("dialogue", [r[2] for r in rows], [r[3] for r in rows]),
            ("as recognised", [clean.speech_form(r[2]) for r in rows], [r[3] for r in rows]),
            ("prose", [r[2] for r in prose], [r[3] for r in prose])]
    if flores:
        lines = [(flores / f"flores-dev.{code}").read_text("utf-8").splitlines()[:most] for code in ("en", pair.locale)]
        sets.append(("FLORES-dev", lines[0], lines[1]))
    return sets


def unseen(pair: Pair) -> list[Row]:
    """Held-out dialogue and prose that no training file gives away, on either side."""
    rows = read_rows(work_dir() / pair.name / "held-out.tsv")
    seen: set[int] = set()
    for column in (2, 3):
        overlap = Overlap(row[column] for row in rows)
        for path in data_files(pair):
            for row in read_rows(path):
                seen |= overlap.given_away(row[column])
    return [row for index, row in enumerate(rows) if index not in seen]


def evaluate(pair: Pair, flores: Path | None, most: int, beams: list[int], tags: list[str], rule: bool) -> None:
    torch.set_num_threads(2)
    model, trained = load_average(pair)
    pieces = tokenizer.load(pair)
    results = []
    for name, sources, references in test_sets(pair, flores, most):
        path = work_dir() / pair.name / f"test.{name}.tsv".replace(" ", "-")  # for `octavia bench mt`
        path.write_text("".join(f"{s}\t{r}\n" for s, r in zip(sources, references)), "utf-8")
        systems = [(f"model, {'greedy' if beam == 1 else f'beam {beam}'}{' ' + tag if tag else ''}", beam, tag) for tag in tags for beam in beams]
        for label, beam, tag in systems:
            begun = time.monotonic()
            outputs = translate(model, pieces, sources, beam, tag)
            results.append(_result(name, label, outputs, references, time.monotonic() - begun))
            (work_dir() / pair.name / f"output.{name}.{label}.txt".replace(" ", "_")).write_text("\n".join(outputs))
        if rule and pair.apertium:
            begun = time.monotonic()
            outputs = apertium.translate(sources, pair.apertium)
            results.append(_result(name, "Apertium, tidied", outputs, references, time.monotonic() - begun))
    report = {"date": time.strftime("%Y-%m-%d"), "how": HOW, **trained, "results": results}
    (work_dir() / pair.name / "evaluation.json").write_text(json.dumps(report, indent=1))


def _result(name: str, system: str, outputs: list[str], references: list[str], seconds: float) -> dict[str, object]:
    row = {"set": name, "system": system, "sentences": len(outputs), "bleu": round(bleu(outputs, references), 1),
           "chrf": round(chrf(outputs, references), 1), "seconds": round(seconds, 1)}
    print(row, flush=True)
    return row


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=PAIRS, default="spa")
    parser.add_argument("--flores", type=Path, help="folder with flores-dev.<language> files")
    parser.add_argument("--most", type=int, default=10_000, help="sentences of each set")
    parser.add_argument("--beams", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--tags", nargs="+", default=[""])
    parser.add_argument("--no-rule", action="store_true", help="leave Apertium out")
    options = parser.parse_args()
    evaluate(PAIRS[options.target], options.flores, options.most, options.beams, options.tags, not options.no_rule)
