"""German: numbers, dates and names for patterned sentences."""

from __future__ import annotations

from .deu_words import FRAMES
from .language import DAYS, MONTHS, Language, Patterns, by_english

EINS = "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn " \
       "siebzehn achtzehn neunzehn".split()
ZEHNER = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()

_PLAIN = {"London": "London", "Paris": "Paris", "New York": "New York", "Berlin": "Berlin", "Rome": "Rom",
          "Chicago": "Chicago", "Brussels": "Brüssel", "Geneva": "Genf", "Vienna": "Wien", "Munich": "München",
          "Cologne": "Köln", "Germany": "Deutschland", "England": "England", "Italy": "Italien", "Africa": "Afrika",
          "Europe": "Europa", "India": "Indien", "Spain": "Spanien", "France": "Frankreich", "China": "China",
          "Russia": "Russland", "Austria": "Österreich", "Mexico": "Mexiko", "Japan": "Japan", "Canada": "Kanada"}
PLACES = {
    **{english: {"in": f"in {name}", "from": f"aus {name}", "to": f"nach {name}"} for english, name in _PLAIN.items()},
    "the United States": {"in": "in den USA", "from": "aus den USA", "to": "in die USA"},
    "the Netherlands": {"in": "in den Niederlanden", "from": "aus den Niederlanden", "to": "in die Niederlande"},
    "Switzerland": {"in": "in der Schweiz", "from": "aus der Schweiz", "to": "in die Schweiz"},
    "Turkey": {"in": "in der Türkei", "from": "aus der Türkei", "to": "in die Türkei"},
}
# Plurals alike in nominative and accusative; no sentence puts them in the dative.
THINGS = {"years": "Jahre", "days": "Tage", "minutes": "Minuten", "dollars": "Dollar", "books": "Bücher",
          "months": "Monate", "miles": "Meilen", "kilometres": "Kilometer", "men": "Männer", "children": "Kinder",
          "friends": "Freunde", "cars": "Autos", "points": "Punkte", "seconds": "Sekunden", "euros": "Euro"}

SENTENCES = """
I have {n} {things}.|Ich habe {n} {things}.
There are {n} {things}.|Es gibt {n} {things}.
There were only {n} {things} left.|Es waren nur noch {n} {things} übrig.
We need {n} {things}.|Wir brauchen {n} {things}.
It took us {n} {things}.|Wir haben {n} {things} gebraucht.
Only {n} {things}?|Nur {n} {things}?
About {n} {things}.|Ungefähr {n} {things}.
More than {n} {things}.|Mehr als {n} {things}.
We have {n} {things}, not {m}.|Wir haben {n} {things}, nicht {m}.
{name} is {n} years old.|{name} ist {n} Jahre alt.
I lived in {place} for {n} years.|Ich habe {n} Jahre lang {in} gelebt.
{n} years ago, I moved to {place}.|Vor {n} Jahren bin ich {to} gezogen.
I've known {name} for {m} years.|Ich kenne {name} seit {m} Jahren.
They have been married for {m} years.|Sie sind seit {m} Jahren verheiratet.
It costs {n} dollars.|Es kostet {n} Dollar.
See you in {n} minutes.|Wir sehen uns in {n} Minuten.
I was born in {year}.|Ich wurde {year} geboren.
In {year}, the war ended.|Im Jahr {year} endete der Krieg.
It was built in {year}.|Es wurde {year} gebaut.
He died in {place} in {year}.|Er starb {year} {in}.
On {month} {d}, {year}, everything changed.|Am {d}. {month} {year} änderte sich alles.
My birthday is on {month} {d}.|Mein Geburtstag ist am {d}. {month}.
The meeting is on {day} at {h}.|Die Besprechung ist am {day} um {h}.
I'll see you on {day}.|Wir sehen uns am {day}.
It happened on {day}, {month} {d}.|Es geschah am {day}, dem {d}. {month}.
Between {year} and {year2}.|Zwischen {year} und {year2}.
In {month} it is very cold.|Im {month} ist es sehr kalt.
I'm from {place}.|Ich komme {from}.
I've never been to {place}.|Ich war noch nie {in}.
We are flying to {place} on {day}.|Wir fliegen am {day} {to}.
{name} lives in {place}.|{name} lebt {in}.
{name} and {name2} are going to {place}.|{name} und {name2} reisen {to}.
Have you seen {name}?|Hast du {name} gesehen?
My name is {name}.|Ich heiße {name}.
Hi, I'm {name}.|Hallo, ich bin {name}.
{name}, what are you doing here?|{name}, was machst du hier?
Where is {name}?|Wo ist {name}?
I don't think {name} is coming.|Ich glaube nicht, dass {name} kommt.
{name} called {name2} yesterday.|{name} hat gestern {name2} angerufen.
{name} told me about {name2}.|{name} hat mir von {name2} erzählt.
{p} percent of the people agree.|{p} Prozent der Leute stimmen zu.
It has grown by {p} percent.|Es ist um {p} Prozent gewachsen.
Wake me up at {h}.|Weck mich um {h}.
The answer is {n}.|Die Antwort ist {n}.
Page {n}.|Seite {n}.
Chapter {n}.|Kapitel {n}.
"""


def number(value: int) -> str:
    """One word, the ones before the tens."""
    if value < 20:
        return EINS[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        word = ZEHNER[tens - 2]
        return f"{'ein' if ones == 1 else EINS[ones]}und{word}" if ones else word
    hundreds, rest = divmod(value, 100)
    head = "hundert" if hundreds == 1 else f"{EINS[hundreds]}hundert"
    return head + (number(rest) if rest else "")


LANGUAGE = Language(
    name="German",
    letters="äöüßÄÖÜẞ",
    dictionary="dict-freedict-eng-deu",
    patterns=Patterns(
        sentences=SENTENCES,
        number=number,
        hour=lambda hour: f"{EINS[hour]} Uhr",
        places=PLACES,
        days=by_english(DAYS, "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
        months=by_english(MONTHS, "Januar Februar März April Mai Juni Juli August September Oktober November "
                                  "Dezember"),
        things=THINGS),
    frames=FRAMES,
    leaning="written German; \"du\", \"ihr\" and \"Sie\" may change from one line to the next",
    caution="The Spanish parent may have\nread the English side of some with its Spanish.")
