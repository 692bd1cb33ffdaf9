"""Pairs of our own: everyday phrases (phrases/<target>.tsv) and sentences with numbers,
dates and names made from patterns, which catalogues hardly hold. Spanish only so far."""

from __future__ import annotations

import random
from pathlib import Path

from .collect import Row, read_rows, write_rows
from .overlap import Overlap
from .settings import Pair, work_dir

PHRASES = Path(__file__).resolve().parents[1] / "phrases"
MADE = 5000

ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " \
       "seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
UNOS = "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis " \
       "diecisiete dieciocho diecinueve veinte veintiún veintidós veintitrés veinticuatro veinticinco " \
       "veintiséis veintisiete veintiocho veintinueve".split()
DECENAS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()

NAMES = "Anna Tom Mary John Peter Laura James Sarah David Emma Michael Julia Robert Alice Paul Kate Mr. Mrs.".split()[:16]
PLACES = {"London": "Londres", "Paris": "París", "New York": "Nueva York", "Spain": "España", "Germany": "Alemania",
          "France": "Francia", "England": "Inglaterra", "Italy": "Italia", "Berlin": "Berlín", "China": "China",
          "the United States": "Estados Unidos", "Mexico": "México", "Rome": "Roma", "Japan": "Japón",
          "Africa": "África", "Europe": "Europa", "Chicago": "Chicago", "Russia": "Rusia", "India": "India"}
DAYS = dict(zip("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
                "lunes martes miércoles jueves viernes sábado domingo".split()))
MONTHS = dict(zip("January February March April May June July August September October November December".split(),
                  "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()))
THINGS = {"years": "años", "days": "días", "minutes": "minutos", "dollars": "dólares", "books": "libros",
          "months": "meses", "miles": "millas", "kilometres": "kilómetros", "men": "hombres", "children": "niños",
          "friends": "amigos", "cars": "coches", "points": "puntos", "seconds": "segundos", "euros": "euros"}

PATTERNS = """
I have {n} {things}.|Tengo {n} {things}.
There are {n} {things}.|Hay {n} {things}.
There were only {n} {things} left.|Solo quedaban {n} {things}.
We need {n} {things}.|Necesitamos {n} {things}.
It took us {n} {things}.|Nos llevó {n} {things}.
How about {n} {things}?|¿Qué tal {n} {things}?
About {n} {things}.|Unos {n} {things}.
More than {n} {things}.|Más de {n} {things}.
We have {n} {things}, not {m}.|Tenemos {n} {things}, no {m}.
{name} is {n} years old.|{name} tiene {n} años.
I lived in {place} for {n} years.|Viví en {place} durante {n} años.
{n} years ago, I moved to {place}.|Hace {n} años me mudé a {place}.
I've known {name} for {n} years.|Conozco a {name} desde hace {n} años.
It costs {n} dollars.|Cuesta {n} dólares.
See you in {n} minutes.|Nos vemos en {n} minutos.
I was born in {year}.|Nací en {year}.
In {year}, the war ended.|En {year} terminó la guerra.
It was built in {year}.|Se construyó en {year}.
He died in {place} in {year}.|Murió en {place} en {year}.
On {month} {d}, {year}, everything changed.|El {d} de {month} de {year} todo cambió.
My birthday is on {month} {d}.|Mi cumpleaños es el {d} de {month}.
The meeting is on {day} at {h}.|La reunión es el {day} a las {h}.
I'll see you on {day}.|Te veré el {day}.
It happened on {day}, {month} {d}.|Ocurrió el {day} {d} de {month}.
Between {year} and {year2}.|Entre {year} y {year2}.
In {month} it is very cold.|En {month} hace mucho frío.
I'm from {place}.|Soy de {place}.
I've never been to {place}.|Nunca he estado en {place}.
We are flying to {place} on {day}.|Volamos a {place} el {day}.
{name} lives in {place}.|{name} vive en {place}.
{name} and {name2} are going to {place}.|{name} y {name2} van a {place}.
Have you seen {name}?|¿Has visto a {name}?
My name is {name}.|Me llamo {name}.
Hi, I'm {name}.|Hola, soy {name}.
{name}, what are you doing here?|{name}, ¿qué haces aquí?
Where is {name}?|¿Dónde está {name}?
I don't think {name} is coming.|No creo que {name} venga.
{name} told me about {name2}.|{name} me habló de {name2}.
{p} percent of the people agree.|El {p} por ciento de la gente está de acuerdo.
It has grown by {p} percent.|Ha crecido un {p} por ciento.
Wake me up at {h}.|Despiértame a las {h}.
The answer is {n}.|La respuesta es {n}.
Page {n}.|Página {n}.
Chapter {n}.|Capítulo {n}.
"""


def words(number: int) -> tuple[str, str]:
    """English and Spanish words for 2..999, masculine before a noun."""
    if number < 20:
        return ONES[number], UNOS[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        english = TENS[tens - 2] + (f"-{ONES[ones]}" if ones else "")
        spanish = UNOS[number] if number < 30 else DECENAS[tens - 3] + (f" y {UNOS[ones]}" if ones else "")
        return english, spanish
    hundreds, rest = divmod(number, 100)
    cientos = ["", "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos",
               "setecientos", "ochocientos", "novecientos"][hundreds]
    if not rest:
        return f"{ONES[hundreds]} hundred", "cien" if hundreds == 1 else cientos
    english, spanish = words(rest)
    return f"{ONES[hundreds]} hundred and {english}", f"{cientos} {spanish}"


def _number(chance: random.Random, highest: int) -> tuple[str, str]:
    value = chance.randint(2, highest)
    return words(value) if value < 1000 and chance.random() < 0.5 else (str(value), str(value))


def made(count: int) -> list[tuple[str, str]]:
    chance = random.Random(7)
    patterns = [line.split("|") for line in PATTERNS.strip().splitlines()]
    out = []
    for _ in range(count):
        years = sorted(chance.sample(range(1750, 2031), 2))
        name, name2 = chance.sample(NAMES, 2)
        slots = {"n": _number(chance, chance.choice([12, 60, 400, 5000])), "m": _number(chance, 30),
                 "p": _number(chance, 99), "d": _number_same(chance, 31), "h": _hour(chance),
                 "year": (str(years[0]),) * 2, "year2": (str(years[1]),) * 2,
                 "name": (name, name), "name2": (name2, name2),
                 "things": chance.choice(list(THINGS.items())), "place": chance.choice(list(PLACES.items())),
                 "day": chance.choice(list(DAYS.items())), "month": chance.choice(list(MONTHS.items()))}
        source, target = chance.choice(patterns)
        source = source.format(**{key: value[0] for key, value in slots.items()})
        target = target.format(**{key: value[1] for key, value in slots.items()})
        out.append((source[0].upper() + source[1:], target[0].upper() + target[1:]))
    return out


def _number_same(chance: random.Random, highest: int) -> tuple[str, str]:
    value = str(chance.randint(2, highest))
    return value, value


def _hour(chance: random.Random) -> tuple[str, str]:
    hour = chance.randint(2, 12)
    return (f"{ONES[hour]} o'clock", UNOS[hour]) if chance.random() < 0.5 else (f"{hour}:30", f"{hour}:30")


def write(pair: Pair) -> None:
    path = PHRASES / f"{pair.target}.tsv"
    if not path.exists():
        return
    phrases = [tuple(line.split("\t")) for line in path.read_text("utf-8").splitlines() if "\t" in line]
    patterned = made(MADE) if pair.target == "spa" else []
    folder = work_dir() / pair.name
    held_out = Overlap(row[2] for row in read_rows(folder / "held-out.tsv"))
    rows: list[Row] = [("hand", "phrases", s, t) for s, t in phrases if not held_out.repeats(s)]
    rows += [("patterns", "patterns", s, t) for s, t in dict.fromkeys(patterned)]
    write_rows(folder / "hand.tsv", rows)
    print(f"{len(rows)} pairs of our own")
