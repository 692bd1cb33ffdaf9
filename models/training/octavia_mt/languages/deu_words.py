"""German nouns, verbs and times of day put into sentences: cases, adjective endings, "zu", "nicht" and "kein"."""

from __future__ import annotations

import re

from .language import Frames

# By gender: nominative, accusative, dative
CASES = ("", "_acc", "_dat")
THE = {"der": "der den dem", "die": "die die der", "das": "das das dem"}
EIN = {"der": ("", "en", "em"), "die": ("e", "e", "er"), "das": ("", "", "em")}
DIESER = {"der": ("er", "en", "em"), "die": ("e", "e", "er"), "das": ("es", "es", "em")}
AFTER_EIN = {"der": ("er", "en", "en"), "die": ("e", "e", "en"), "das": ("es", "es", "en")}
AFTER_DER = {"der": ("e", "en", "en"), "die": ("e", "e", "en"), "das": ("e", "e", "en")}

LIKE_EIN = {"a": "ein", "no": "kein", "my": "mein", "your": "dein", "his": "sein", "her": "ihr"}
LIKE_DIESER = {"this": "dies", "every": "jed", "which": "welch"}
ADJECTIVES = {"good": "gut", "nice": "schön", "new": "neu", "old": "alt", "small": "klein", "big": "groß"}
ORDER = {"first": "erst", "last": "letzt", "next": "nächst"}

NOUN_SENTENCES = """
Where is the {word}?|Wo ist {the}?
This is my {word}.|Das ist {my}.
I can see {a}.|Ich sehe {a_acc}.
There is {a} here.|Hier ist {a}.
There is no {word}.|Es gibt {no_acc}.
I don't have {a}.|Ich habe {no_acc}.
He has {a}.|Er hat {a_acc}.
Do you have {a}?|Hast du {a_acc}?
I need {a}.|Ich brauche {a_acc}.
I am looking for {a}.|Ich suche {a_acc}.
Look at the {word}.|Sieh dir {the_acc} an.
Do you like this {word}?|Gefällt dir {this}?
The {word} was incredible.|{the} war unglaublich.
This {word} is strange.|{this} ist seltsam.
The {word} is not here.|{the} ist nicht hier.
My {word} is magnificent.|{my} ist großartig.
I saw your {word} yesterday.|Ich habe gestern {your_acc} gesehen.
She showed me her {word}.|Sie hat mir {her_acc} gezeigt.
He told us about the {word}.|Er hat uns {von_dat} erzählt.
It is because of the {word}.|Es liegt {an_dat}.
It is next to the {word}.|Es ist neben {the_dat}.
There was nobody in front of the {word}.|Vor {the_dat} war niemand.
What happened to the {word}?|Was ist mit {the_dat} passiert?
Be careful with this {word}.|Sei vorsichtig mit {this_dat}.
Everything depends on the {word}.|Alles hängt {von_dat} ab.
He is thinking about his {word}.|Er denkt an {his_acc}.
We are waiting for the {word}.|Wir warten auf {the_acc}.
They found {a}.|Sie haben {a_acc} gefunden.
We lost our {word}.|Wir haben {our_acc} verloren.
Which {word} do you prefer?|{which_acc} magst du lieber?
Every {word} counts.|{every} zählt.
Another {word}, please.|Noch {a_acc}, bitte.
It's a good {word}.|Das ist {a_good}.
What a nice {word}!|Was für {a_nice}!
I want a new {word}.|Ich möchte {a_new_acc}.
It was an old {word}.|Es war {a_old}.
He drew a small {word}.|Er hat {a_small_acc} gezeichnet.
We saw a big {word}.|Wir haben {a_big_acc} gesehen.
They were talking about a new {word}.|Sie sprachen von {a_new_dat}.
It is the same {word}.|Es ist {same}.
It is the first {word}.|Es ist {the_first}.
This is the last {word}.|Das ist {the_last}.
I'm looking forward to the next {word}.|Ich freue mich auf {the_next_acc}.
Without {a}, it is impossible.|Ohne {a_acc} ist es unmöglich.
"""

# A {zu_…} brings its own space or comma.
VERB_SENTENCES = """
I want to {word}.|Ich will {ich}.
I would like to {word}.|Ich möchte {ich}.
I don't want to {word}.|Ich will {ich_not}.
I have to {word}.|Ich muss {ich}.
I'm going to {word}.|Ich werde {ich}.
I can't {word}.|Ich kann {ich_not}.
I need to {word}.|Ich muss {ich}.
I forgot to {word}.|Ich habe vergessen{zu_ich}.
I'm trying to {word}.|Ich versuche{zu_ich}.
He told me to {word}.|Er hat mir gesagt, ich soll {ich}.
How can I {word}?|Wie kann ich {ich}?
He wants to {word}.|Er will {er}.
She hopes to {word}.|Sie hofft{zu_er}.
He started to {word}.|Er hat angefangen{zu_er}.
They decided to {word}.|Sie haben beschlossen{zu_er}.
They decided not to {word}.|Sie haben beschlossen{zu_er_not}.
She doesn't want to {word}.|Sie will {er_not}.
It is time to {word}.|Es ist Zeit{zu_er}.
It is not easy to {word}.|Es ist nicht leicht{zu_er}.
Is it possible to {word}?|Ist es möglich{zu_er}?
We have to {word}.|Wir müssen {wir}.
We are going to {word}.|Wir werden {wir}.
We could {word}.|Wir könnten {wir}.
We shouldn't {word}.|Wir sollten {wir_not}.
Where can we {word}?|Wo können wir {wir}?
Do you want to {word}?|Willst du {du}?
You should {word}.|Du solltest {du}.
You don't have to {word}.|Du musst {du_not}.
Can you {word}?|Kannst du {du}?
You can {word}.|Ihr könnt {ihr}.
Why do you want to {word}?|Warum wollen Sie {er}?
Don't forget to {word}.|Vergiss nicht{zu_du}.
"""

TIME_SENTENCES = """
It's {word}.|Es ist {time}.
It's already {word}.|Es ist schon {time}.
The train leaves at {word}.|Der Zug fährt um {time} ab.
We'll meet at {word}.|Wir treffen uns um {time}.
Wake me up at {word}.|Weck mich um {time}.
The film starts at {word}.|Der Film fängt um {time} an.
I get up at {word} every morning.|Ich stehe jeden Morgen um {time} auf.
He came home at {word}.|Er kam um {time} nach Hause.
See you tomorrow at {word}.|Bis morgen um {time}.
She will be here by {word}.|Sie ist bis {time} hier.
"""


def noun(with_article: str) -> dict[str, str]:
    """Slots of "der Stuhl", or of "der Student/Studenten" where the other cases have an ending."""
    article, bare = with_article.split(" ", 1)
    nominative, _, other = bare.partition("/")
    slots = {}
    for case, suffix in enumerate(CASES):
        name = nominative if case == 0 else other or nominative
        the, ein, dieser = THE[article].split()[case], EIN[article][case], DIESER[article][case]
        slots |= {key + suffix: f"{stem}{ein} {name}" for key, stem in LIKE_EIN.items()}
        slots |= {key + suffix: f"{stem}{dieser} {name}" for key, stem in LIKE_DIESER.items()}
        slots |= {f"the{suffix}": f"{the} {name}", f"same{suffix}": f"{the}selb{AFTER_DER[article][case]} {name}",
                  f"our{suffix}": f"unser{ein} {name}"}
        slots |= {f"a_{key}{suffix}": f"ein{ein} {stem}{AFTER_EIN[article][case]} {name}"
                  for key, stem in ADJECTIVES.items()}
        slots |= {f"the_{key}{suffix}": f"{the} {stem}{AFTER_DER[article][case]} {name}"
                  for key, stem in ORDER.items()}
    slots["von_dat"] = f"von {slots['the_dat']}".replace("von dem ", "vom ")
    slots["an_dat"] = f"an {slots['the_dat']}".replace("an dem ", "am ")
    return slots


def verb(phrase: str) -> dict[str, str]:
    """Slots of "sich (nicht )aus|ruhen" by who does it: what stands in parentheses is for the negative only,
    the bar is where "zu" goes."""
    slots = {}
    positive, negative = re.sub(r"\(.*?\)", "", phrase), re.sub(r"[()]", "", phrase)
    for person, pronoun in (("ich", "mich"), ("du", "dich"), ("er", "sich"), ("wir", "uns"), ("ihr", "euch")):
        for suffix, words in (("", positive), ("_not", negative)):
            form = re.sub(r"\bsich\b", pronoun, words)
            slots |= {person + suffix: form.replace("|", ""), f"zu_{person}{suffix}": _with_zu(form)}
    return slots


def _with_zu(phrase: str) -> str:
    """ " aufzustehen", but ", früh aufzustehen": a group of words takes a comma."""
    group, comma, clause = phrase.partition(",")
    before, _, infinitive = group.rpartition(" ")
    joined = infinitive.replace("|", "zu") if "|" in infinitive else f"zu {infinitive}"
    return (f", {before} " if before else ", " if comma else " ") + joined + comma + clause


def clock(words: str) -> dict[str, str]:
    return {"time": words}


FRAMES = (Frames("deu-nouns.tsv", NOUN_SENTENCES, 18, noun), Frames("deu-verbs.tsv", VERB_SENTENCES, 14, verb),
          Frames("deu-times.tsv", TIME_SENTENCES, 4, clock))
