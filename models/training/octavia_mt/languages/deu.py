"""German: no patterns yet."""

from .language import Language

LANGUAGE = Language(name="German", letters="äöüßÄÖÜẞ", dictionary="dict-freedict-eng-deu")
