"""Single words: FreeDict's entries, and frequent words by rule."""

from __future__ import annotations

import gzip
import re
from collections import Counter

from . import clean
from .apertium import translate
from .collect import Row, fetch
from .languages import LANGUAGES
from .settings import Pair, work_dir

RULE_WORDS = 12_000
ARTICLE = re.compile(r"^(a|an|the|to) ")


def rows(pair: Pair, text: list[Row]) -> list[Row]:
    """Words of the dictionary, and by rule the frequent words of `text` that it lacks."""
    fetch([LANGUAGES[pair.target].dictionary])
    found = _dictionary(pair)
    if pair.apertium:
        known = {row[2] for row in found}
        wanted = [word for word in _frequent(text) if word not in known]
        words = translate(wanted, pair.apertium)
        found += [("lexicon", f"apertium-{pair.apertium}", s, t.lower()) for s, t in zip(wanted, words)
                  if t and t.lower() != s and len(t.split()) < 4]
    print(f"{len(found)} words")
    return found


def _dictionary(pair: Pair) -> list[Row]:
    package = LANGUAGES[pair.target].dictionary
    path = next((work_dir() / "extracted" / package).rglob("*.dict.dz"))
    lines = gzip.open(path, "rt", encoding="utf-8").read().split("\n")
    found: list[Row] = []
    for head, body in zip(lines, lines[1:]):
        match = re.match(r"^([A-Za-z][A-Za-z' -]+) /.+/$", head)
        first = clean.tidy(re.split(r"[,;(]", body)[0]) if body else ""
        if match and first and clean.usable(match[1], first):
            found.append(("lexicon", package, match[1], first))
    return found


def _frequent(text: list[Row]) -> list[str]:
    counts: Counter[str] = Counter()
    for row in text:
        counts.update(re.findall(r"\b[a-z]{3,}\b", row[2]))
    return [word for word, _ in counts.most_common(RULE_WORDS)]
