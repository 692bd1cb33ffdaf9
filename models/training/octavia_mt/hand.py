"""Pairs of our own: everyday phrases (phrases/<target>.tsv, and everyday.tsv for all targets) and sentences with
numbers, dates and names made from patterns (languages/), which catalogues hardly hold."""

from __future__ import annotations

import random
from pathlib import Path

from .collect import Row, read_rows, write_rows
from .languages import LANGUAGES
from .languages.language import Frames, Patterns
from .overlap import Overlap
from .settings import Pair, work_dir

PHRASES = Path(__file__).resolve().parents[1] / "phrases"
MADE = 5000

ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " \
       "seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NAMES = "Anna Tom Mary John Peter Laura James Sarah David Emma Michael Julia Robert Alice Paul Kate".split()


def english_number(value: int) -> str:
    """Words for 2..999."""
    if value < 20:
        return ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return TENS[tens - 2] + (f"-{ONES[ones]}" if ones else "")
    hundreds, rest = divmod(value, 100)
    return f"{ONES[hundreds]} hundred" + (f" and {english_number(rest)}" if rest else "")


def made(patterns: Patterns, count: int) -> list[tuple[str, str]]:
    chance = random.Random(7)
    sentences = [line.split("|") for line in patterns.sentences.strip().splitlines()]

    def number(highest: int) -> tuple[str, str]:
        value = chance.randint(2, highest)
        in_words = value < 1000 and chance.random() < 0.5
        return (english_number(value), patterns.number(value)) if in_words else (str(value),) * 2

    def hour() -> tuple[str, str]:
        value = chance.randint(2, 12)
        in_words = chance.random() < 0.5
        return (f"{ONES[value]} o'clock", patterns.hour(value)) if in_words else (f"{value}:30",) * 2

    out = []
    for _ in range(count):
        years = sorted(chance.sample(range(1750, 2031), 2))
        name, name2 = chance.sample(NAMES, 2)
        slots = {"n": number(chance.choice([12, 60, 400, 5000])), "m": number(30), "p": number(99),
                 "d": (str(chance.randint(2, 31)),) * 2, "h": hour(),
                 "year": (str(years[0]),) * 2, "year2": (str(years[1]),) * 2,
                 "name": (name, name), "name2": (name2, name2), "things": chance.choice(list(patterns.things.items()))}
        place, forms = chance.choice(list(patterns.places.items()))
        slots |= {"day": chance.choice(list(patterns.days.items())),
                  "month": chance.choice(list(patterns.months.items()))}
        source, target = chance.choice(sentences)
        source = source.format(place=place, **{key: value[0] for key, value in slots.items()})
        target = target.format(**forms, **{key: value[1] for key, value in slots.items()})
        out.append((source[0].upper() + source[1:], target[0].upper() + target[1:]))
    return out


def framed(frames: Frames) -> list[tuple[str, str]]:
    chance = random.Random(8)
    sentences = [tuple(line.split("|")) for line in frames.sentences.strip().splitlines()]
    out = []
    for word, target in _lines(frames.file):
        fits = [one for one in sentences if "you" not in word or "you" not in one[0].lower()]
        slots = {"word": word, "a": f"{'an' if word[0] in 'aeiou' else 'a'} {word}"}
        for english, translation in chance.sample(fits, min(frames.each, len(fits))):
            source, made_of = english.format(**slots), translation.format(**frames.forms(target))
            out.append((source, made_of[0].upper() + made_of[1:]))
    return out


def _lines(file: str) -> list[tuple[str, str]]:
    path = PHRASES / file
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [tuple(line.split("\t")) for line in lines if "\t" in line]  # type: ignore[misc]


def everyday(target: str) -> list[tuple[str, str]]:
    """Pairs of everyday.tsv, whose first line names the column of each language."""
    columns, *rows = _lines("everyday.tsv")
    at = columns.index(target)
    return [(row[0], row[at]) for row in rows]


def write(pair: Pair) -> None:
    language = LANGUAGES[pair.target]
    phrases = _lines(f"{pair.target}.tsv") + everyday(pair.target)
    patterned = made(language.patterns, MADE) if language.patterns else []
    patterned += [row for frames in language.frames for row in framed(frames)]
    folder = work_dir() / pair.name
    held_out = Overlap(row[2] for row in read_rows(folder / "held-out.tsv"))
    rows: list[Row] = [("hand", "phrases", s, t) for s, t in phrases if not held_out.repeats(s)]
    rows += [("patterns", "patterns", s, t) for s, t in dict.fromkeys(patterned)]
    write_rows(folder / "hand.tsv", rows)
    print(f"{len(rows)} pairs of our own")
