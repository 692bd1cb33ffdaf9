"""English sentences with no translation beside them, to be translated by rule (distil.py)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from . import clean, gettext_catalog
from .collect import fetch
from .settings import work_dir

# Package -> what of it is English prose or speech. Speech first: the rule-based
# translator takes time, and what comes first is in the training data first.
PACKAGES = ("naev-data", "crawl-common", "wordnet-base", "fortunes", "fortunes-min", "anarchism")
SHARE = {"naev-data": 1.0, "crawl-common": 0.7, "wordnet-base": 1.0, "fortunes": 0.6, "fortunes-min": 1.0,
         "anarchism": 1.0}


def sentences() -> Iterator[tuple[str, str]]:
    """Yields (package, sentence), each sentence once, 3 to 30 words long."""
    fetch(list(PACKAGES))
    seen: set[str] = set()
    chance = random.Random(1)
    for package in PACKAGES:
        root = work_dir() / "extracted" / package
        for text in READERS[package](root):
            for sentence in clean.sentences(clean.plain(text)):
                key = clean.key(sentence)
                fits = 3 <= len(sentence.split()) <= 30 and clean.usable(sentence, sentence + ".")
                if fits and key not in seen and chance.random() < SHARE[package]:
                    seen.add(key)
                    yield package, sentence


def _catalogue_ids(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("*.mo")):
        yield from (msgid for msgid, _ in gettext_catalog.messages(path))


def _wordnet_examples(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("data.*")):
        for example in re.findall(r'"([^"]{12,})"', path.read_text("utf-8", "replace")):
            yield re.sub(r"\s*-\s*[A-Z][\w. ]+$", "", example)


def _fortunes(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("games/fortunes/*")):
        if path.is_file() and path.suffix == "" and "ascii" not in path.name:
            for fortune in path.read_text("utf-8", "replace").split("\n%\n"):
                yield re.sub(r"\s*--.*", "", fortune, flags=re.S)


def _monster_speech(root: Path) -> Iterator[str]:
    for path in sorted((root / "usr/share/crawl/dat").rglob("*.txt")):
        if path.parent.name in ("database", "descript"):
            for line in re.split(r"\n\n|%%%%|\n(?=VISUAL|@)", path.read_text("utf-8", "replace")):
                if not line.lstrip().startswith("#") and "@" not in line:
                    yield re.sub(r"^\w+:|\bw:\d+\b|VISUAL:?|SOUND:?", "", line)


def _web_pages(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("*.html")):
        text = re.sub(r"(?is)<(script|style).*?</\1>", "", path.read_text("utf-8", "replace"))
        yield from re.findall(r"(?is)<p[^>]*>(.*?)(?=<p|</p)", text)


READERS = {"naev-data": _catalogue_ids, "crawl-common": _monster_speech, "wordnet-base": _wordnet_examples,
           "fortunes": _fortunes, "fortunes-min": _fortunes, "anarchism": _web_pages}
