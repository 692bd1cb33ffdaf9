"""Makes a text folder (text.py) from Debian packages: sentence pairs, their licences, and dialogue held out.

    python3 -m octavia_mt.collect --to FOLDER --targets spa fra deu

Rules (Apertium) add text where the target has them; `--rule 0` leaves that out, it takes hours.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import lzma
import re
import subprocess
from collections import Counter
from pathlib import Path

from . import clean
from .languages import LANGUAGES
from .overlap import Overlap
from .settings import PAIRS, Pair, work_dir
from .sources import Source, read, sources

HELD_OUT = {"talk": 1000, "facts": 300}  # pairs of each
CONVERSATION = re.compile(
    r"\b(i|you|we|me|my|your|us|our|i'm|don't|let's|what|who|why|how|please|yes|no|he|she|they)\b", re.I)

Row = tuple[str, str, str, str]  # domain, package, source sentence, target sentence


def fetch(packages: list[str]) -> None:
    """Downloads and unpacks what is missing, with apt from the configured Debian archive."""
    debs, extracted = work_dir() / "debs", work_dir() / "extracted"
    debs.mkdir(exist_ok=True)
    extracted.mkdir(exist_ok=True)  # dpkg makes one level only
    for package in packages:
        if (extracted / package).is_dir():
            continue
        subprocess.run(["apt-get", "download", package], cwd=debs, check=False, capture_output=True)
        archive = next(debs.glob(f"{package}_*.deb"), None)
        if archive is None:
            print(f"{package}: not in this Debian release, left out")
            continue
        subprocess.run(["dpkg", "-x", archive, extracted / package], check=True)


def collect(pair: Pair) -> tuple[list[Row], list[Row]]:
    """All pairs that packages hold for a target, and those of them held out."""
    chosen = sources(pair)
    fetch([s.package for s in chosen] + [s.companion for s in chosen if s.companion])
    rows: dict[str, Row] = {}
    for source in chosen:
        before = len(rows)
        for row in _rows(source, pair):
            rows.setdefault(clean.key(row[2]) + "\t" + clean.key(row[3]), row)
        print(f"{source.package:32} {source.domain:10} {len(rows) - before:7}", flush=True)
    kept, held_out = hold_out(list(rows.values()))
    print(f"{len(kept)} pairs, {len(held_out)} held out")
    return kept, held_out


def write_folder(folder: Path, found: dict[str, list[Row]]) -> None:
    """`found`: the pairs of each target."""
    with lzma.open(folder / "pairs.tsv.xz", "wt", encoding="utf-8") as out:
        for target, rows in found.items():
            out.writelines(f"{target}\t{kind}\t{s}\t{t}\n" for kind, _, s, t in rows)
    counts = {target: Counter((row[1], row[0]) for row in rows) for target, rows in found.items()}
    with (folder / "sources.tsv").open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_NONE, escapechar="\\", lineterminator="\n")
        table.writerow(["source", "kind", "licence", "where the licence was read", *found])
        for package, kind in sorted({name for count in counts.values() for name in count}):
            licence = ", ".join(licences(package)) or "see the package"
            where = f"debian/copyright of {package} {version(package)}"
            table.writerow([package, kind, licence, where, *(counts[target][package, kind] for target in found)])


def _rows(source: Source, pair: Pair) -> list[Row]:
    shortest = 1 if source.domain in ("talk", "game", "lexicon") else 2
    tidy = LANGUAGES[pair.target].tidy
    found = []
    try:
        for s, t in read(source, work_dir() / "extracted", pair):
            found += [(source.domain, source.package, a, tidy(b)) for a, b in clean.aligned(s, t)
                      if clean.usable(a, b, shortest)]
    except StopIteration:
        print(f"{source.package}: nothing to read")
    return found


def version(package: str) -> str:
    shown = subprocess.run(["apt-cache", "show", "--no-all-versions", package], capture_output=True, text=True)
    match = re.search(r"^Version: (.+)$", shown.stdout, re.M)
    return match[1] if match else ""


def licences(package: str) -> list[str]:
    path = work_dir() / "extracted" / package / "usr/share/doc" / package / "copyright"
    if not path.is_file():
        return []
    text = path.read_text("utf-8", "replace")
    named = Counter(re.findall(r"^License: *([^\s].*)$", text, re.M))
    if not named:  # older files are prose; these are the licences Debian ships texts of
        named = Counter(re.findall(r"/usr/share/common-licenses/([\w.-]+\w)", text))
    return [name for name, _ in named.most_common(6)]


def hold_out(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Takes dialogue and prose by hash, so that the choice is the same on every run, and
    drops from training whatever repeats them exactly or nearly."""
    held_out = [row for domain, most in HELD_OUT.items() for row in _chosen(rows, domain, most)]
    check = Overlap(row[2] for row in held_out), Overlap(row[3] for row in held_out)
    kept = [row for row in rows if not check[0].repeats(row[2]) and not check[1].repeats(row[3])]
    return kept, held_out


def _chosen(rows: list[Row], domain: str, most: int) -> list[Row]:
    fits = {"talk": _is_dialogue, "facts": _is_prose}[domain]
    by_source = {clean.key(row[2]): row for row in reversed(rows) if row[0] == domain and fits(row)}
    return [by_source[key] for key in sorted(by_source, key=lambda key: hashlib.sha256(key.encode()).digest())[:most]]


def _is_dialogue(row: Row) -> bool:
    return row[1].startswith("wesnoth") and 4 <= len(row[2].split()) <= 30 and bool(CONVERSATION.search(row[2]))


def _is_prose(row: Row) -> bool:
    return row[1] in ("freeciv-data", "kalzium-data") and 8 <= len(row[2].split()) <= 40 and row[2].endswith(".")


def write_rows(path: Path, rows: list[Row]) -> None:
    path.write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")


def read_rows(path: Path) -> list[Row]:
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [tuple(parts) for line in lines if len(parts := line.split("\t")) == 4]  # type: ignore[misc]


def main() -> None:
    from . import distil, lexicon  # they use this module

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, required=True, help="folder to make")
    parser.add_argument("--targets", nargs="+", choices=PAIRS, default=[*PAIRS])
    parser.add_argument("--rule", type=int, default=150_000, help="sentences translated by rule, of each target")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[Row]] = {}
    for target in options.targets:
        pair = PAIRS[target]
        kept, held_out = collect(pair)
        write_rows(options.to / f"held-out.{target}.tsv", held_out)
        if pair.apertium:
            kept += distil.rows(pair, held_out, options.rule)
        found[target] = kept + lexicon.rows(pair, kept)
    write_folder(options.to, found)


if __name__ == "__main__":
    main()
