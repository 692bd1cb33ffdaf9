"""Writes the model card from what the other steps recorded."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .languages import LANGUAGES
from .settings import PAIRS, Pair, work_dir
from .text import TextSource, sources

LICENCE = "GPL-3.0-or-later"
# What depends on whether the pair has Apertium, and a parent.
RIVAL = """Apertium's output had its
spaces, first capital, final mark and opening ¿ ¡ repaired. """
LITERAL = "\n- A tenth of the training lines are rule-based translations by Apertium, with their literalness."
PUBLISHED = "For scale, Opus-MT en-{locale} as published, on other test sets and not measured here: {scores}."
START = """
- Its first weights were those of translate-eng-{parent}: all inside the layers, and the embeddings of the pieces
  both vocabularies have (parent and child, Kocmi & Bojar 2018)."""


def write(pair: Pair, text_folder: Path, folder: Path) -> None:
    work = work_dir() / pair.name
    report = json.loads((work / "evaluation.json").read_text())
    language = LANGUAGES[pair.target]
    rows = sources(text_folder, pair.target)
    text = Path(__file__).with_name("card.md").read_text("utf-8").format(
        name=pair.name, licence=LICENCE, language=language.name, locale=pair.locale, date=report["date"],
        how=report["how"], steps=f"{report['step']:,}", tokens=f"{report['tokens'] / 1e6:.1f} million",
        scores=_scores(report), conditions=_conditions(work / "run.txt"), published=PUBLISHED.format(locale=pair.locale, scores=language.published) if language.published else "",
        leaning=language.leaning, caution=language.caution, rival=RIVAL if any("Apertium" in row["system"] for row in report["results"]) else "",
        literal=LITERAL if any(row.kind == "rule" for row in rows) else "",
        start=START.format(parent=pair.parent) if pair.parent else "", sources=_sources(rows))
    (folder / "README.md").write_text(text, "utf-8")


def _conditions(path: Path) -> str:
    """A line the trainer of this run may leave beside the checkpoint."""
    return path.read_text("utf-8").strip() if path.exists() else "see the recipe for the settings"


def _scores(report: dict) -> str:
    lines = ["| set | sentences | system | BLEU | chrF |", "|---|---|---|---|---|"]
    lines += [f"| {r['set']} | {r['sentences']:,} | {r['system']} | {r['bleu']} | {r['chrf']} |" for r in report["results"]]
    return "\n".join(lines)


def _sources(rows: list[TextSource]) -> str:
    lines = ["| source | kind | pairs | licence | where it was read |", "|---|---|---|---|---|"]
    lines += [f"| {row.name} | {row.kind} | {row.pairs:,} | {row.licence} | {row.where} |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=PAIRS, default="spa")
    parser.add_argument("--text", type=Path, required=True, help="the folder it was trained on")
    options = parser.parse_args()
    chosen = PAIRS[options.target]
    write(chosen, options.text, Path(__file__).resolve().parents[2] / "starter" / chosen.name)
