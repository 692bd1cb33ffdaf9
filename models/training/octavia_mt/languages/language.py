"""The shape of a target language's data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Patterns:
    """Sentences `English|target` with slots, and what fills these in the target language (hand.py).

    A place gives several slots ("à Londres", "de Londres") where the language needs them."""

    sentences: str
    number: Callable[[int], str]  # words for 2..999, as before a masculine noun
    hour: Callable[[int], str]  # "five o'clock"
    places: dict[str, dict[str, str]]
    days: dict[str, str]
    months: dict[str, str]
    things: dict[str, str]


@dataclass(frozen=True)
class Frames:
    """Sentences `English|target` for every line of a file of words in phrases/. English slots: `{word}`,
    `{a}` with its article; the target's are what `forms` makes of its word."""

    file: str
    sentences: str
    each: int  # sentences of a word
    forms: Callable[[str], dict[str, str]]


@dataclass(frozen=True)
class Language:
    """`letters` every vocabulary must spell; `tidy` is applied to each target line after cleaning."""

    name: str
    letters: str
    dictionary: str  # FreeDict package
    tidy: Callable[[str], str] = str
    patterns: Patterns | None = None
    frames: tuple[Frames, ...] = ()
    # For the model card: what its translations lean to, what Opus-MT publishes, what else to know of the scores
    leaning: str = ""
    published: str = ""
    caution: str = ""


def by_english(english: str, target: str) -> dict[str, str]:
    return dict(zip(english.split(), target.split(), strict=True))


DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
MONTHS = "January February March April May June July August September October November December"
