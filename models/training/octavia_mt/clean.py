"""Turns catalogue text into plain sentence pairs fit for training."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MARKUP = re.compile(r"<[^<>]{0,200}>|\{[^{}]*\}|\[/?[a-zA-Z]+[^\[\]]*\]")
# Anything that smells of code, addresses or placeholders is not speech.
UNSPEAKABLE = re.compile(r"[%$\\@{}<>|=~^`]|https?:|www\.|--\w|\w\(\)|\w/\w+/|\w_\w|(\.\w+){3}|\*\w")
QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'",
                        "‚": "'", "—": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "\u00ad": ""})
SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[¿¡\"'(A-ZÁÉÍÓÚÑÀÂÇÈÊÎÔÛÄÖÜ0-9])")
LETTER = re.compile(r"[^\W\d_]")


def plain(text: str) -> str:
    text = MARKUP.sub(" ", text)
    text = re.sub(r"&(?=\w)", "", text)
    text = re.sub(r"(?<![A-Za-z0-9])_(?=\w)|(?<=\w)_(?=\w{2,}\b)(?!\w*_)", "", text)
    return tidy(text)


def tidy(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.translate(QUOTES))
    return re.sub(r"\s+", " ", text).strip(" \t*•")


def sentences(text: str) -> list[str]:
    return [part.strip() for part in SENTENCE_END.split(text) if part.strip()]


def aligned(source: str, target: str) -> Iterator[tuple[str, str]]:
    """Splits both sides into paragraphs and sentences where they split alike."""
    sources, targets = re.split(r"\n\s*\n", source), re.split(r"\n\s*\n", target)
    if len(sources) != len(targets):
        sources, targets = [source], [target]
    for s, t in zip(sources, targets):
        s, t = plain(s), plain(t)
        s_parts, t_parts = sentences(s), sentences(t)
        if len(s_parts) == len(t_parts) and len(s_parts) > 1:
            yield from zip(s_parts, t_parts)
            if len(s.split()) <= 24:  # short turns also whole: the model must carry two sentences
                yield s, t
        else:
            yield s, t


def usable(source: str, target: str, shortest: int = 1, longest: int = 40) -> bool:
    n, m = len(source.split()), len(target.split())
    if not (shortest <= n <= longest and 1 <= m <= longest * 1.4):
        return False
    if len(source) > 400 or UNSPEAKABLE.search(source) or UNSPEAKABLE.search(target):
        return False
    if not LETTER.search(source) or not LETTER.search(target):
        return False
    if n > 2 and source.lower() == target.lower():  # untranslated
        return False
    letters, others = len(source) + 6, len(target) + 6
    return 0.4 < others / letters < 2.6


def key(text: str) -> str:
    """Form under which two sentences count as the same."""
    return re.sub(r"[^\w ]+", "", text.lower()).strip()


def speech_form(text: str) -> str:
    """What a recogniser gives: no case, no punctuation, apostrophes kept."""
    text = re.sub(r"[^\w' -]+|(?<!\w)'|'(?!\w)|-", " ", text.lower())
    return re.sub(r"\s+", " ", text).strip()
