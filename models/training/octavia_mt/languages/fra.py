"""French: spacing and quotes made alike; numbers, dates and names for patterned sentences."""

from __future__ import annotations

import re

from .fra_words import FRAMES
from .language import DAYS, MONTHS, Language, Patterns, by_english

UNS = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept " \
      "dix-huit dix-neuf".split()
DIZAINES = "vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt".split()

_CITIES = {"London": "Londres", "Paris": "Paris", "New York": "New York", "Berlin": "Berlin", "Rome": "Rome",
           "Chicago": "Chicago", "Brussels": "Bruxelles", "Geneva": "Genève", "Vienna": "Vienne"}
_LANDS = {"Germany": "Allemagne", "England": "Angleterre", "Italy": "Italie", "Africa": "Afrique",
          "Europe": "Europe", "India": "Inde", "Spain": "Espagne"}  # en, d'
_FAR_LANDS = {"France": "France", "China": "Chine", "Russia": "Russie", "Switzerland": "Suisse"}  # en, de
PLACES = {
    **{english: {"in": f"à {name}", "from": f"de {name}"} for english, name in _CITIES.items()},
    **{english: {"in": f"en {name}", "from": f"d'{name}"} for english, name in _LANDS.items()},
    **{english: {"in": f"en {name}", "from": f"de {name}"} for english, name in _FAR_LANDS.items()},
    "the United States": {"in": "aux États-Unis", "from": "des États-Unis"},
    "Mexico": {"in": "au Mexique", "from": "du Mexique"},
    "Japan": {"in": "au Japon", "from": "du Japon"},
    "Canada": {"in": "au Canada", "from": "du Canada"},
}
THINGS = {"years": "ans", "days": "jours", "minutes": "minutes", "dollars": "dollars", "books": "livres",
          "months": "mois", "miles": "miles", "kilometres": "kilomètres", "men": "hommes", "children": "enfants",
          "friends": "amis", "cars": "voitures", "points": "points", "seconds": "secondes", "euros": "euros"}

SENTENCES = """
I have {n} {things}.|J'ai {n} {things}.
There are {n} {things}.|Il y a {n} {things}.
There were only {n} {things} left.|Il ne restait que {n} {things}.
We need {n} {things}.|Il nous faut {n} {things}.
It took us {n} {things}.|Il nous a fallu {n} {things}.
How about {n} {things}?|Que dis-tu de {n} {things} ?
About {n} {things}.|Environ {n} {things}.
More than {n} {things}.|Plus de {n} {things}.
We have {n} {things}, not {m}.|Nous avons {n} {things}, pas {m}.
{name} is {n} years old.|{name} a {n} ans.
I lived in {place} for {n} years.|J'ai vécu {in} pendant {n} ans.
{n} years ago, I moved to {place}.|Il y a {n} ans, j'ai déménagé {in}.
I've known {name} for {n} years.|Je connais {name} depuis {n} ans.
It costs {n} dollars.|Ça coûte {n} dollars.
See you in {n} minutes.|On se voit dans {n} minutes.
I was born in {year}.|Je suis né en {year}.
In {year}, the war ended.|En {year}, la guerre a pris fin.
It was built in {year}.|Il a été construit en {year}.
He died in {place} in {year}.|Il est mort {in} en {year}.
On {month} {d}, {year}, everything changed.|Le {d} {month} {year}, tout a changé.
My birthday is on {month} {d}.|Mon anniversaire est le {d} {month}.
The meeting is on {day} at {h}.|La réunion est {day} à {h}.
I'll see you on {day}.|On se voit {day}.
It happened on {day}, {month} {d}.|C'est arrivé le {day} {d} {month}.
Between {year} and {year2}.|Entre {year} et {year2}.
In {month} it is very cold.|En {month}, il fait très froid.
I'm from {place}.|Je viens {from}.
I've never been to {place}.|Je ne suis jamais allé {in}.
We are flying to {place} on {day}.|Nous prenons l'avion {day} pour aller {in}.
{name} lives in {place}.|{name} vit {in}.
{name} and {name2} are going to {place}.|{name} et {name2} vont {in}.
Have you seen {name}?|As-tu vu {name} ?
My name is {name}.|Je m'appelle {name}.
Hi, I'm {name}.|Salut, je suis {name}.
{name}, what are you doing here?|{name}, qu'est-ce que tu fais ici ?
Where is {name}?|Où est {name} ?
I don't think {name} is coming.|À mon avis, {name} ne viendra pas.
{name} called {name2} yesterday.|{name} a appelé {name2} hier.
{p} percent of the people agree.|{p} pour cent des gens sont d'accord.
It has grown by {p} percent.|Il a augmenté de {p} pour cent.
Wake me up at {h}.|Réveille-moi à {h}.
The answer is {n}.|La réponse est {n}.
Page {n}.|Page {n}.
Chapter {n}.|Chapitre {n}.
"""


def number(value: int) -> str:
    """Traditional spelling: hyphens below a hundred but not around "et"."""
    if value < 20:
        return UNS[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        word = DIZAINES[tens - 2]
        if tens in (7, 9):
            ones += 10
        if not ones:
            return word + ("s" if tens == 8 else "")
        return f"{word} et {UNS[ones]}" if ones in (1, 11) and tens < 8 else f"{word}-{UNS[ones]}"
    hundreds, rest = divmod(value, 100)
    head = "cent" if hundreds == 1 else f"{UNS[hundreds]} cent"
    if not rest:
        return head + ("s" if hundreds > 1 else "")
    return f"{head} {number(rest)}"


def tidy(text: str) -> str:
    """Catalogues write "mot ?", "mot?" and « mot » in every way: one plain space before tall marks, none in quotes."""
    text = re.sub(r'"\s+([^"]+?)\s+"', r'"\1"', text)
    return re.sub(r'(?<=[\w.)"\'])\s*([?!]+|[:;](?=\s|$))', r" \1", text)


LANGUAGE = Language(
    name="French",
    letters="àâæçèéêëîïôœùûüÿÀÂÆÇÈÉÊËÎÏÔŒÙÛÜ",
    dictionary="dict-freedict-eng-fra",
    tidy=tidy,
    patterns=Patterns(
        sentences=SENTENCES,
        number=number,
        hour=lambda hour: "midi" if hour == 12 else f"{UNS[hour]} heures",
        places=PLACES,
        days=by_english(DAYS, "lundi mardi mercredi jeudi vendredi samedi dimanche"),
        months=by_english(MONTHS, "janvier février mars avril mai juin juillet août septembre octobre novembre "
                                  "décembre"),
        things=THINGS),
    frames=FRAMES,
    leaning="written French; \"tu\" and \"vous\" may change from one line to the next",
    published="newstest2013 33.2 BLEU / 58.9 chrF, Tatoeba 50.5 BLEU / 67.2 chrF",
    caution="The Spanish parent may have\nread the English side of some with its Spanish.")
