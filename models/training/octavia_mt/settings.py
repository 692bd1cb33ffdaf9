"""Where things lie and the numbers that every step shares."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


def work_dir() -> Path:
    """Raw data and checkpoints live here, never in the repository."""
    root = os.environ.get("OCTAVIA_TRAINING", "~/.cache/octavia-training")
    path = Path(root).expanduser()
    path.mkdir(parents=True, exist_ok=True)
    return path


@dataclass(frozen=True)
class Pair:
    """One translation direction. `locale` is gettext's, `apertium` a mode name or '', `parent` the target
    whose shipped weights the first run starts from, or ''."""

    source: str
    target: str
    locale: str
    apertium: str = ""
    parent: str = ""

    @property
    def name(self) -> str:
        return f"translate-{self.source}-{self.target}"

    @property
    def target_tag(self) -> str:
        """Prefix token that picks the target in a model with several (Opus-MT's way)."""
        return f">>{self.target}<<"


PAIRS = {
    "spa": Pair("eng", "spa", "es", apertium="eng-spa"),
    # Debian has no Apertium pair for these two.
    "fra": Pair("eng", "fra", "fr", parent="spa"),
    "deu": Pair("eng", "deu", "de", parent="spa"),
}

def data_files(pair: Pair) -> list[Path]:
    folder = work_dir() / pair.name
    return [folder / name for name in ("pairs.tsv", "hand.tsv", "lexicon.tsv", "rule.tsv")]


# Ids follow Opus-MT: </s> is 0, <unk> 1, <pad> last and also the decoder's first token.
EOS, UNK = 0, 1
EOS_TOKEN, UNK_TOKEN, PAD_TOKEN = "</s>", "<unk>", "<pad>"
# Where a sentence pair came from, as a source prefix. Speech carries none.
DOC_TAG, RULE_TAG = ">>doc<<", ">>rule<<"
VOCABULARY = 8000

# How often each domain is seen relative to its size. Speech counts most; interface
# strings are many, short and unlike speech.
DOMAIN_WEIGHT = {
    "talk": 2.5,
    "hand": 12.0,
    "patterns": 0.7,
    "facts": 3.0,
    "game": 0.6,
    "doc": 0.6,
    "interface": 0.15,
    "bible": 0.25,
    "lexicon": 0.4,
    "rule": 1.0,
}


def domain_tag(domain: str) -> str:
    if domain in ("talk", "hand", "patterns", "facts", "game", "lexicon"):
        return ""
    return RULE_TAG if domain == "rule" else DOC_TAG
