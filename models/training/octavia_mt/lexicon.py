"""Single words: FreeDict's entries, and frequent words by rule."""

from __future__ import annotations

import gzip
import re
from collections import Counter

from . import clean
from .apertium import translate
from .collect import Row, fetch, read_rows, write_rows
from .languages import LANGUAGES
from .settings import Pair, work_dir

RULE_WORDS = 12_000
ARTICLE = re.compile(r"^(a|an|the|to) ")


def write(pair: Pair) -> None:
    fetch([LANGUAGES[pair.target].dictionary])
    rows = _dictionary(pair)
    known = {row[2] for row in rows}
    if pair.apertium:
        wanted = [word for word in _frequent(pair) if word not in known]
        found = translate(wanted, pair.apertium)
        rows += [("lexicon", f"apertium-{pair.apertium}", s, t.lower()) for s, t in zip(wanted, found)
                 if t and t.lower() != s and len(t.split()) < 4]
    write_rows(work_dir() / pair.name / "lexicon.tsv", rows)
    print(f"{len(rows)} words")


def _dictionary(pair: Pair) -> list[Row]:
    package = LANGUAGES[pair.target].dictionary
    path = next((work_dir() / "extracted" / package).rglob("*.dict.dz"))
    lines = gzip.open(path, "rt", encoding="utf-8").read().split("\n")
    rows: list[Row] = []
    for head, body in zip(lines, lines[1:]):
        match = re.match(r"^([A-Za-z][A-Za-z' -]+) /.+/$", head)
        first = clean.tidy(re.split(r"[,;(]", body)[0]) if body else ""
        if match and first and clean.usable(match[1], first):
            rows.append(("lexicon", package, match[1], first))
    return rows


def _frequent(pair: Pair) -> list[str]:
    counts: Counter[str] = Counter()
    for name in ("pairs.tsv", "rule.tsv"):
        for row in read_rows(work_dir() / pair.name / name):
            counts.update(re.findall(r"\b[a-z]{3,}\b", row[2]))
    return [word for word, _ in counts.most_common(RULE_WORDS)]
