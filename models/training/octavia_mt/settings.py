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
    from whose weights the first run starts, or ''."""

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
    """What training reads: the text folder's pairs (text.py) and our own (hand.py)."""
    return [work_dir() / pair.name / name for name in ("pairs.tsv", "hand.tsv")]


# Ids follow Opus-MT: </s> is 0, <unk> 1, <pad> last and also the decoder's first token.
EOS, UNK = 0, 1
EOS_TOKEN, UNK_TOKEN, PAD_TOKEN = "</s>", "<unk>", "<pad>"
# Prefixes of a source that say what kind of text it is. Speech carries none.
DOC_TAG, RULE_TAG = ">>doc<<", ">>rule<<"
VOCABULARY = 8000


@dataclass(frozen=True)
class Kind:
    """A kind of text: how often it is seen relative to its size, and the tag of its sources."""

    weight: float
    tag: str = ""


# Speech counts most. Interface strings are many, short and unlike speech. Few pairs of our own: seen often.
KINDS = {
    "tatoeba": Kind(1.6),
    "talk": Kind(2.0),
    "hand": Kind(12.0),
    "patterns": Kind(0.5),
    "facts": Kind(1.8),
    "prose": Kind(1.8),
    "news": Kind(3.0),
    "book": Kind(1.4),
    "game": Kind(0.7),
    "lexicon": Kind(0.5),
    "doc": Kind(0.6, DOC_TAG),
    "kdedoc": Kind(0.6, DOC_TAG),
    "techdoc": Kind(0.45, DOC_TAG),
    "law": Kind(0.4, DOC_TAG),
    "interface": Kind(0.2, DOC_TAG),
    "bible": Kind(0.25, DOC_TAG),
    "rule": Kind(0.7, RULE_TAG),
}
