"""Writes the model card from what the other steps recorded."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from .collect import licences, read_rows, version
from .languages import LANGUAGES
from .settings import PAIRS, Pair, work_dir

LICENCE = "GPL-3.0-or-later"
# What depends on whether the pair has Apertium, and a parent.
RIVAL = """Apertium's output had its
spaces, first capital, final mark and opening ¿ ¡ repaired. """
LITERAL = "\n- A third of the training lines are rule-based translations by Apertium, with their literalness."
START = """
- Its first weights were those of translate-eng-{parent}: all inside the layers, and the embeddings of the pieces
  both vocabularies have (parent and child, Kocmi & Bojar 2018)."""


def write(pair: Pair, folder: Path) -> None:
    work = work_dir() / pair.name
    report = json.loads((work / "evaluation.json").read_text())
    sources = json.loads((work / "sources.json").read_text())
    language = LANGUAGES[pair.target]
    text = Path(__file__).with_name("card.md").read_text("utf-8").format(
        name=pair.name, licence=LICENCE, language=language.name, locale=pair.locale, date=report["date"],
        how=report["how"], steps=f"{report['step']:,}", tokens=f"{report['tokens'] / 1e6:.1f} million",
        scores=_scores(report), conditions=_conditions(work / "run.txt"), published=language.published,
        leaning=language.leaning, caution=language.caution, rival=RIVAL if pair.apertium else "",
        literal=LITERAL if pair.apertium else "", start=START.format(parent=pair.parent) if pair.parent else "",
        sources=_sources(sources) + _other_sources(pair))
    (folder / "README.md").write_text(text, "utf-8")
    (folder / "continue/sources.json").write_text(json.dumps(sources, indent=1) + "\n", "utf-8")


def _conditions(path: Path) -> str:
    """A line the trainer of this run may leave beside the checkpoint."""
    return path.read_text("utf-8").strip() if path.exists() else "see the recipe for the settings"


def _scores(report: dict) -> str:
    lines = ["| set | sentences | system | BLEU | chrF |", "|---|---|---|---|---|"]
    lines += [f"| {r['set']} | {r['sentences']:,} | {r['system']} | {r['bleu']} | {r['chrf']} |" for r in report["results"]]
    return "\n".join(lines)


def _sources(rows: list[dict]) -> str:
    lines = ["| package | version | kind | pairs | licences named in its copyright file |", "|---|---|---|---|---|"]
    for row in rows:
        if row["pairs"]:
            named = ", ".join(row["licences"]) or "see the package"
            lines.append(f"| {row['package']} | {row['version']} | {row['domain']} | {row['pairs']:,} | {named} |")
    return "\n".join(lines) + "\n"


def _other_sources(pair: Pair) -> str:
    kinds = {"rule.tsv": "English only, translated by Apertium", "lexicon.tsv": "words", "hand.tsv": "our own"}
    lines = []
    for name, kind in kinds.items():
        for package, count in Counter(row[1] for row in read_rows(work_dir() / pair.name / name)).items():
            named = ", ".join(licences(package)) or ("see the package" if version(package) else LICENCE)
            lines.append(f"| {package} | {version(package) or '-'} | {kind} | {count:,} | {named} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=PAIRS, default="spa")
    chosen = PAIRS[parser.parse_args().target]
    write(chosen, Path(__file__).resolve().parents[2] / "starter" / chosen.name)
