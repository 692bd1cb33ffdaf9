"""German: no patterns yet."""

from .language import Language

LANGUAGE = Language(letters="äöüßÄÖÜẞ", dictionary="dict-freedict-eng-deu")
