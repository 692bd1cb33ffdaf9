import { spokenTable } from './table.ts';

spokenTable(
  'German',
  'de',
  `
  30 s | dreißig Sekunden
  2 h 30 min | zwei Stunden dreißig Minuten
  Es sind -5 Grad | Es sind minus fünf Grad
  −5 °C | minus fünf Grad Celsius
  72 °F | zweiundsiebzig Grad Fahrenheit
  20 € | zwanzig Euro
  1,50 € | ein Euro fünfzig
  1 € | ein Euro
  $20 | zwanzig Dollar
  1.000.000 | eine Million
  1.000 Euro | tausend Euro
  1.234,56 € | tausendzweihundertvierunddreißig Euro sechsundfünfzig
  3,5 | drei Komma fünf
  3.5 | drei Punkt fünf
  3.11.2 | drei Punkt elf Punkt zwei
  192.168.1.10 | hundertzweiundneunzig Punkt hundertachtundsechzig Punkt eins Punkt zehn
  um 10:30 Uhr | um zehn Uhr dreißig
  um 14.30 Uhr | um vierzehn Uhr dreißig
  um 1 Uhr | um ein Uhr
  um 1:00 Uhr | um ein Uhr
  am 3. Oktober | am dritten Oktober
  der 3. Oktober | der dritte Oktober
  3. Oktober 1990 | dritter Oktober neunzehnhundertneunzig
  am 03.10.1990 | am dritten Oktober neunzehnhundertneunzig
  03.10.1990 | dritter Oktober neunzehnhundertneunzig
  2023-02-01 | erster Februar zweitausenddreiundzwanzig
  im Jahr 1984 | im Jahr neunzehnhundertvierundachtzig
  seit 1984 | seit neunzehnhundertvierundachtzig
  1984 Menschen | tausendneunhundertvierundachtzig Menschen
  2023 | zweitausenddreiundzwanzig
  Nr. 5 | Nummer fünf
  z.B. das | zum Beispiel das
  d.h. nein | das heißt nein
  usw. | und so weiter.
  Dr. Müller | Doktor Müller
  Prof. Meier | Professor Meier
  Hr. Schmidt und Fr. Schmidt | Herr Schmidt und Frau Schmidt
  Hauptstr. 5 | Hauptstraße fünf
  S. 12 | Seite zwölf
  Ludwig XIV. | Ludwig der vierzehnte.
  im XX. Jahrhundert | im zwanzigsten Jahrhundert
  Kapitel IV | Kapitel vier
  der 1. Platz | der erste Platz
  zum 2. Mal | zum zweiten Mal
  im 20. Jahrhundert | im zwanzigsten Jahrhundert
  der 21. Tag | der einundzwanzigste Tag
  1 Stunde | eine Stunde
  1 Mann | ein Mann
  1 Minute | eine Minute
  21 Minuten | einundzwanzig Minuten
  101 Nächte | hunderteins Nächte
  100 km/h | hundert Kilometer pro Stunde
  10 km | zehn Kilometer
  5 kg | fünf Kilo
  50 % | fünfzig Prozent
  50% | fünfzig Prozent
  5-10 kg | fünf bis zehn Kilo
  1/2 | ein halb
  3/4 | drei Viertel
  2/3 | zwei Drittel
  1/2 Stunde | eine halbe Stunde
  2 1/2 | zwei und ein halb
  030 1234567 | null drei null, eins zwei drei vier fünf sechs sieben
  +49 30 123456 | plus vier neun, drei null, eins zwei drei vier fünf sechs
  info@beispiel.de | info ät beispiel Punkt de
  www.beispiel.de | www Punkt beispiel Punkt de
  1,5 Mio. Euro | eins Komma fünf Millionen Euro
  1 Mio. Euro | eine Million Euro
  2 Mrd. | zwei Milliarden
  5G | fünf G
  COVID-19 | COVID-neunzehn
  007 | null null sieben
  0,5 | null Komma fünf
  0,05 | null Komma null fünf
  16:9 | sechzehn zu neun
  1990-1995 | neunzehnhundertneunzig bis neunzehnhundertfünfundneunzig
  die 80er Jahre | die achtziger Jahre
  die 1980er | die neunzehnhundertachtziger
  $20K | zwanzigtausend Dollar
  1,5M | eins Komma fünf Millionen
  1 | eins
  ich habe 1 | ich habe eins
  1000 | tausend
  1100 | tausendeinhundert
  2 Kinder | zwei Kinder
  100 | hundert
  101 | hunderteins
  200 | zweihundert
  21 | einundzwanzig
  ca. 5 | circa fünf
  v. Chr. | vor Christus
  5 Std. | fünf Stunden
  37,5 °C | siebenunddreißig Komma fünf Grad Celsius
  3:2 | drei zu zwei
  1.200 Euro | tausendzweihundert Euro
  300 PS | dreihundert PS
  um 24 Uhr | um vierundzwanzig Uhr
  1,5 Mio. € | eins Komma fünf Millionen Euro
  2,5 kg | zwei Komma fünf Kilo
  10 % mehr | zehn Prozent mehr
  am 1. Mai 2020 | am ersten Mai zweitausendzwanzig
  1 von 3 | eins von drei
  1,234.56 | tausendzweihundertvierunddreißig Punkt fünf sechs
`,
);
