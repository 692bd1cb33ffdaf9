"""What the recipe must know of each target language beyond its packages."""

from __future__ import annotations

from . import deu, fra, spa
from .language import Language

LANGUAGES: dict[str, Language] = {"spa": spa.LANGUAGE, "fra": fra.LANGUAGE, "deu": deu.LANGUAGE}
