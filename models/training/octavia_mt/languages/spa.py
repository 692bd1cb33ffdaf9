"""Spanish: numbers, dates and names for patterned sentences."""

from __future__ import annotations

from .language import DAYS, MONTHS, Language, Patterns, by_english

UNOS = "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis " \
       "diecisiete dieciocho diecinueve veinte veintiún veintidós veintitrés veinticuatro veinticinco " \
       "veintiséis veintisiete veintiocho veintinueve".split()
DECENAS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
CIENTOS = "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos".split()

PLACES = {"London": "Londres", "Paris": "París", "New York": "Nueva York", "Spain": "España", "Germany": "Alemania",
          "France": "Francia", "England": "Inglaterra", "Italy": "Italia", "Berlin": "Berlín", "China": "China",
          "the United States": "Estados Unidos", "Mexico": "México", "Rome": "Roma", "Japan": "Japón",
          "Africa": "África", "Europe": "Europa", "Chicago": "Chicago", "Russia": "Rusia", "India": "India"}
THINGS = {"years": "años", "days": "días", "minutes": "minutos", "dollars": "dólares", "books": "libros",
          "months": "meses", "miles": "millas", "kilometres": "kilómetros", "men": "hombres", "children": "niños",
          "friends": "amigos", "cars": "coches", "points": "puntos", "seconds": "segundos", "euros": "euros"}

SENTENCES = """
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


def number(value: int) -> str:
    if value < 30:
        return UNOS[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return DECENAS[tens - 3] + (f" y {UNOS[ones]}" if ones else "")
    hundreds, rest = divmod(value, 100)
    if not rest:
        return "cien" if hundreds == 1 else CIENTOS[hundreds - 1]
    return f"{CIENTOS[hundreds - 1]} {number(rest)}"


LANGUAGE = Language(
    name="Spanish",
    letters="¿¡áéíóúüñÁÉÍÓÚÜÑºª",
    dictionary="dict-freedict-eng-spa",
    patterns=Patterns(
        sentences=SENTENCES,
        number=number,
        hour=lambda hour: UNOS[hour],
        places={english: {"place": spanish} for english, spanish in PLACES.items()},
        days=by_english(DAYS, "lunes martes miércoles jueves viernes sábado domingo"),
        months=by_english(MONTHS, "enero febrero marzo abril mayo junio julio agosto septiembre octubre "
                                  "noviembre diciembre"),
        things=THINGS),
    leaning="Spain's Spanish (vosotros, archaic vos in places)",
    published="newstest2013 35.0 BLEU / 59.8 chrF, Tatoeba 54.9 BLEU / 72.1 chrF")
