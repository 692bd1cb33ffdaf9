"""Writes the model card from what the other steps recorded."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from .collect import licences, read_rows, version
from .settings import PAIRS, Pair, work_dir

LICENCE = "GPL-3.0-or-later"
# From the published model card of Helsinki-NLP/opus-mt-en-es (weights of 2020-08-18); not measured here.
PUBLISHED = {"spa": "newstest2013 35.0 BLEU / 59.8 chrF, Tatoeba 54.9 BLEU / 72.1 chrF"}


def write(pair: Pair, folder: Path) -> None:
    work = work_dir() / pair.name
    report = json.loads((work / "evaluation.json").read_text())
    sources = json.loads((work / "sources.json").read_text())
    text = (Path(__file__).with_name("card.md").read_text("utf-8")
            .replace("{name}", pair.name).replace("{licence}", LICENCE)
            .replace("{date}", report["date"]).replace("{how}", report["how"]).replace("{steps}", f"{report['step']:,}")
            .replace("{tokens}", f"{report['tokens'] / 1e6:.1f} million").replace("{scores}", _scores(report))
            .replace("{conditions}", _conditions(work / "run.txt"))
            .replace("{published}", PUBLISHED.get(pair.target, ""))
            .replace("{sources}", _sources(sources) + _other_sources(pair)))
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
