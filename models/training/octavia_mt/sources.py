"""What the training text is: Debian packages, and how each is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from . import documents, gettext_catalog, key_value
from .settings import Pair

Texts = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Source:
    package: str  # "{l}" stands for the target's locale
    domain: str
    reader: str = "catalog"
    companion: str = ""  # package that holds the English side
    only: str = ""  # locale it is read for; all when empty


def _many(domain: str, reader: str, packages: str, only: str = "") -> list[Source]:
    return [Source(package, domain, reader, only=only) for package in packages.split()]


WESNOTH = "did dm dw ei httt l low nr sof sota sotbe thot trow tsg ttb utbs"

SOURCES: list[Source] = [
    *_many("talk", "catalog", " ".join(f"wesnoth-1.16-{name}" for name in WESNOTH.split())),
    *_many("talk", "catalog", "freedroidrpg-data adonthell-data freedink-data blobwars-data flare-game"),
    Source("fillets-ng-data", "talk", "fish"),
    Source("holotz-castle-data", "talk", "parallel-lines"),
    *_many("game", "catalog", "wesnoth-1.16-data widelands-data warzone2100-data manaplus-data "
           "supertux-data lincity-ng-data singularity tuxpaint-data unknown-horizons colobot-common "
           "dreamchess-data"),
    Source("freecol", "game", "properties"),
    *_many("interface", "catalog", "libreoffice-l10n-{l} gimp-data plasma-workspace-data kstars-data "
           "evolution-common nautilus-data pidgin-data gnucash-common wordpress-l10n gaupol calibre "
           "stellarium-data"),
    Source("mediawiki", "interface", "json"),
    Source("libreoffice-help-{l}", "doc", "documents", "libreoffice-help-en-us"),
    Source("gimp-help-{l}", "doc", "documents", "gimp-help-en"),
    Source("debian-reference-{l}", "doc", "documents", "debian-reference-en"),
    *_many("doc", "documents", "gnome-user-docs debian-handbook harden-doc installation-guide-amd64"),
    Source("freedombox-doc-{l}", "doc", "documents", "freedombox-doc-en"),
    Source("aptitude-doc-{l}", "doc", "documents", "aptitude-doc-en"),
    *_many("facts", "catalog", "freeciv-data kalzium-data"),  # history, science
    *_many("lexicon", "catalog", "kgeography-data iso-codes"),  # places, peoples, languages
    Source("sword-text-sparv", "bible", "sword", "sword-text-web", only="es"),
    *_many("talk", "catalog", "lordsawar-data", only="fr"),
    Source("hedgewars-data", "talk", "lua-table", only="fr"),
    *_many("game", "catalog", "pingus-data gbrainy minetest-data", only="fr"),
    *_many("facts", "catalog", "cataclysm-dda-data marble-data step", only="fr"),  # things described
    Source("freeorion-data", "facts", "string-tables", only="fr"),
    Source("kstars-data", "facts", "documents", only="fr"),  # astronomy
    Source("evolution-common", "doc", "documents", only="fr"),
    Source("developers-reference-fr", "doc", "documents", "developers-reference", only="fr"),
]


def sources(pair: Pair) -> list[Source]:
    return [replace(source, package=source.package.format(l=pair.locale)) for source in SOURCES
            if source.only in ("", pair.locale)]


# (marker of the translated file, marker of the English one), tried in turn
DOCUMENT_PATHS = [
    ("/help/{l}/", "/help/C/"), ("/help/{l}/", "/help/en-US/"), ("/help/{l}/", "/help/en/"),
    ("/html/{l}-{L}/", "/html/en-US/"), ("/html/{l}/", "/html/en/"), (".{l}.html", ".en.html"),
    ("/{l}/", "/en/"), ("/{l}/", "/en-US/"), ("/{l}/", "/C/"), ("/{l}/", "/"),
]


def read(source: Source, extracted: Path, pair: Pair) -> Texts:
    root = extracted / source.package
    english = extracted / (source.companion or source.package)
    if source.reader == "catalog":
        yield from _catalogs(root, pair.locale)
    elif source.reader == "fish":
        for path in sorted(root.rglob(f"dialogs_{pair.locale}.lua")):
            yield from key_value.fish_dialogue(path)
    elif source.reader == "lua-table":
        for path in sorted(root.rglob(f"Locale/{pair.locale}.lua")):
            yield from key_value.lua_table(path)
    elif source.reader == "string-tables":
        for path in sorted(root.rglob(f"stringtables/{pair.locale}.txt")):
            yield from key_value.string_tables(path.with_name("en.txt"), path)
    elif source.reader == "parallel-lines":
        yield from _parallel_lines(root, pair.locale)
    elif source.reader == "properties":
        country = f"{pair.locale}_{pair.locale.upper()}"
        for path in sorted([*root.rglob(f"*_{country}.properties"), *root.rglob(f"*_{pair.locale}.properties")]):
            plain = path.with_name(path.name.split("_")[0] + ".properties")
            yield from key_value.properties(plain, path)
    elif source.reader == "json":
        for path in sorted(root.rglob(f"{pair.locale}.json")):
            if path.with_name("en.json").exists():
                yield from key_value.json_messages(path.with_name("en.json"), path)
    elif source.reader == "sword":
        yield from key_value.sword_verses(english, root)
    elif source.reader == "documents":
        yield from _documents(root, english, pair.locale)


def _catalogs(root: Path, locale: str) -> Texts:
    for path in sorted(root.rglob("*.mo")):
        folders = {part.split("@")[0] for part in path.parts}
        named = path.stem in (f"{locale}_{locale.upper()}",) or path.stem.endswith(f"-{locale}_{locale.upper()}")
        if not path.is_symlink() and (folders & {locale, f"{locale}_{locale.upper()}"} or named):
            yield from gettext_catalog.messages(path)
    for path in sorted([*root.rglob(f"{locale}.po"), *root.rglob(f"{locale}_*.po"), *root.rglob(f"*.{locale}.po"), *root.rglob("*/messages.po")]):
        if path.name != "messages.po" or f"_{locale}_" in str(path) or f"/{locale}" in str(path):
            yield from key_value.po(path)


def _parallel_lines(root: Path, locale: str) -> Texts:
    for path in sorted(root.rglob(f"{locale}/*.hcs")):
        other = path.parent.parent / "en" / path.name
        if other.exists():
            left = other.read_text("utf-8", "replace").splitlines()
            right = path.read_text("utf-8", "replace").splitlines()
            if len(left) == len(right):
                yield from zip(left, right)


def _documents(root: Path, english_root: Path, locale: str) -> Texts:
    for path in sorted(root.rglob("*")):
        if path.suffix not in (".html", ".page", ".docbook"):
            continue
        relative = "/" + str(path.relative_to(root))
        for target, source in DOCUMENT_PATHS:
            marker = target.format(l=locale, L=locale.upper())
            other = english_root / relative.replace(marker, source).lstrip("/")
            if marker in relative and other.is_file():
                yield from documents.pairs(other, path)
                break
