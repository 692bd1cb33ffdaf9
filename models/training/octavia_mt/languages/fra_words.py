"""French nouns and verbs put into sentences: articles, possessives, adjectives, reflexives, elision."""

from __future__ import annotations

import re

from .language import Frames

# masculine, masculine before a vowel, feminine
ADJECTIVES = {"good": "bon bon bonne", "nice": "beau bel belle", "new": "nouveau nouvel nouvelle",
              "old": "vieux vieil vieille", "small": "petit petit petite", "big": "grand grand grande",
              "first": "premier premier première", "last": "dernier dernier dernière"}
VOWEL = re.compile(r"[aeiouyâàéèêîôûœ]|h(?!éros)", re.I)  # the h is silent, but for héros

NOUN_SENTENCES = """
Where is the {word}?|Où est {the} ?
This is my {word}.|C'est {my}.
I can see {a}.|Je vois {a}.
There is {a} here.|Il y a {a} ici.
There is no {word}.|Il n'y a pas {of}.
I don't have {a}.|Je n'ai pas {of}.
He has {a}.|Il a {a}.
Do you have {a}?|As-tu {a} ?
I need {a}.|J'ai besoin d'{a}.
I am looking for {a}.|Je cherche {a}.
Look at the {word}.|Regarde {the}.
Do you like this {word}?|Tu aimes {this} ?
The {word} was incredible.|{the} était incroyable.
That {word} is strange.|{this} est bizarre.
The {word} is not here.|{the} n'est pas là.
My {word} is magnificent.|{my} est magnifique.
I saw your {word} yesterday.|J'ai vu {your} hier.
She showed me her {word}.|Elle m'a montré {her}.
He told us about the {word}.|Il nous a parlé {of_the}.
It is because of the {word}.|C'est à cause {of_the}.
It is next to the {word}.|C'est à côté {of_the}.
There was nobody in front of the {word}.|Il n'y avait personne devant {the}.
They found {a}.|Ils ont trouvé {a}.
We lost our {word}.|Nous avons perdu notre {bare}.
Which {word} do you prefer?|{which} préfères-tu ?
Every {word} counts.|Chaque {bare} compte.
Another {word}, please.|{un} autre {bare}, s'il vous plaît.
It's a good {word}.|C'est {un} {good}.
What a nice {word}!|{what} {nice} !
I want a new {word}.|Je veux {un} {new}.
It was an old {word}.|C'était {un} {old}.
He drew a small {word}.|Il a dessiné {un} {small}.
We saw a big {word}.|Nous avons vu {un} {big}.
It is the same {word}.|C'est {le} même {bare}.
It is the first {word}.|C'est {le} {first}.
This is the last {word}.|C'est {le} {last}.
Without {a}, it is impossible.|Sans {bare}, c'est impossible.
"""

VERB_SENTENCES = """
I want to {word}.|Je veux {je}.
I don't want to {word}.|Je ne veux pas {je}.
I have to {word}.|Je dois {je}.
I'm going to {word}.|Je vais {je}.
I would like to {word}.|J'aimerais {je}.
I can't {word}.|Je ne peux pas {je}.
I need to {word}.|J'ai besoin {de_je}.
I forgot to {word}.|J'ai oublié {de_je}.
I'm trying to {word}.|J'essaie {de_je}.
He told me to {word}.|Il m'a dit {de_je}.
How can I {word}?|Comment puis-je {je} ?
He wants to {word}.|Il veut {il}.
She likes to {word}.|Elle aime {il}.
He started to {word}.|Il a commencé à {il}.
They decided to {word}.|Ils ont décidé {de_il}.
They will never be able to {word}.|Ils ne pourront jamais {il}.
It is time to {word}.|Il est temps {de_il}.
It is not easy to {word}.|Ce n'est pas facile {de_il}.
Is it possible to {word}?|Est-il possible {de_il} ?
We have to {word}.|Nous devons {nous}.
We are going to {word}.|Nous allons {nous}.
We could {word}.|Nous pourrions {nous}.
Where can we {word}?|Où pouvons-nous {nous} ?
Do you want to {word}?|Tu veux {tu} ?
You should {word}.|Tu devrais {tu}.
You don't have to {word}.|Tu n'es pas obligé {de_tu}.
Can you {word}?|Peux-tu {tu} ?
You can {word}.|Vous pouvez {vous}.
Why do you want to {word}?|Pourquoi voulez-vous {vous} ?
Don't forget to {word}, everyone.|N'oubliez pas {de_vous}, tout le monde.
"""


def noun(with_article: str) -> dict[str, str]:
    """Slots of "une chaise"."""
    article, bare = with_article.split(" ", 1)
    feminine, vowel = article == "une", bool(VOWEL.match(bare))
    le = "la" if feminine else "le"
    owner = "a" if feminine and not vowel else "on"
    this = "cette" if feminine else "cet" if vowel else "ce"
    which = "quelle" if feminine else "quel"
    of_the = f"de l'{bare}" if vowel else f"de la {bare}" if feminine else f"du {bare}"
    slots = {"a": with_article, "un": article, "bare": bare, "le": le, "the": f"l'{bare}" if vowel else f"{le} {bare}",
             "of": f"d'{bare}" if vowel else f"de {bare}", "of_the": of_the, "this": f"{this} {bare}",
             "what": which, "which": f"{which} {bare}"}
    slots |= {name: f"{letter}{owner} {bare}" for name, letter in (("my", "m"), ("your", "t"), ("her", "s"))}
    for english, forms in ADJECTIVES.items():
        masculine, before_vowel, ending = forms.split()
        slots[english] = f"{ending if feminine else before_vowel if vowel else masculine} {bare}"
    return slots


def verb(infinitive: str) -> dict[str, str]:
    """Slots of "se reposer" by who does it, also after "de"."""
    slots = {}
    for person, pronoun in (("je", "me"), ("tu", "te"), ("il", "se"), ("nous", "nous"), ("vous", "vous")):
        short = pronoun[0] + "'" if pronoun.endswith("e") else pronoun + " "
        form = re.sub(r"^se ", pronoun + " ", re.sub(r"^s'", short, infinitive))
        slots |= {person: form, f"de_{person}": f"d'{form}" if VOWEL.match(form) else f"de {form}"}
    return slots


FRAMES = (Frames("fra-nouns.tsv", NOUN_SENTENCES, 18, noun), Frames("fra-verbs.tsv", VERB_SENTENCES, 14, verb))
