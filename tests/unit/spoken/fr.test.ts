import { spokenTable } from './table.ts';

spokenTable(
  'French',
  'fr',
  `
  30 s | trente secondes
  2 h 30 min | deux heures trente minutes
  Il fait -5 degrés | Il fait moins cinq degrés
  Il fait −5 °C | Il fait moins cinq degrés Celsius
  72 °F | soixante-douze degrés Fahrenheit
  20 € | vingt euros
  1,50 € | un euro cinquante
  1 € | un euro
  $20 | vingt dollars
  20 $ | vingt dollars
  1 000 000 | un million
  1 000 euros | mille euros
  1 234,56 € | mille deux cent trente-quatre euros cinquante-six
  3,5 | trois virgule cinq
  3.5 | trois point cinq
  3.11.2 | trois point onze point deux
  192.168.1.10 | cent quatre-vingt-douze point cent soixante-huit point un point dix
  10 h 30 | dix heures trente
  à 14h30 | à quatorze heures trente
  à 14:30 | à quatorze heures trente
  à 1h | à une heure
  21h | vingt et une heures
  12h05 | douze heures cinq
  le 2 mai | le deux mai
  01/02/2023 | premier février deux mille vingt-trois
  2023-02-01 | premier février deux mille vingt-trois
  Mme Dupont | Madame Dupont
  M. Dupont | Monsieur Dupont
  Mlle Dupont | Mademoiselle Dupont
  Dr Dupont | Docteur Dupont
  n° 5 | numéro cinq
  p. ex. ceci | par exemple ceci
  etc. | et cetera.
  XXe siècle | vingtième siècle
  XIXe siècle | dix-neuvième siècle
  Louis XIV | Louis quatorze
  François Ier | François premier
  Élisabeth II | Élisabeth deux
  1re fois | première fois
  1ère | première
  2nd | second
  2nde | seconde
  3ème | troisième
  21e | vingt et unième
  80e | quatre-vingtième
  100e | centième
  200 | deux cents
  280 | deux cent quatre-vingts
  71 | soixante et onze
  80 | quatre-vingts
  81 | quatre-vingt-un
  91 | quatre-vingt-onze
  99 | quatre-vingt-dix-neuf
  1 heure | une heure
  21 femmes | vingt et une femmes
  1 personne | une personne
  une fois | une fois
  1 fois | une fois
  31 personnes | trente et une personnes
  100 km/h | cent kilomètres à l'heure
  10 km | dix kilomètres
  5 kg | cinq kilos
  180 lbs | cent quatre-vingts livres
  50 % | cinquante pour cent
  50% | cinquante pour cent
  5-10 kg | cinq à dix kilos
  1/2 | un demi
  3/4 | trois quarts
  2/3 | deux tiers
  06 12 34 56 78 | zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit
  +33 6 12 34 56 78 | plus trois trois, six, un deux, trois quatre, cinq six, sept huit
  info@exemple.fr | info arobase exemple point fr
  www.exemple.fr | www point exemple point fr
  1,5 M€ | un virgule cinq millions d'euros
  1,5 million d'euros | un virgule cinq million d'euros
  5G | cinq G
  4K | quatre K
  COVID-19 | COVID-dix-neuf
  007 | zéro zéro sept
  0,5 | zéro virgule cinq
  0,05 | zéro virgule zéro cinq
  16:9 | seize à neuf
  1990-1995 | mille neuf cent quatre-vingt-dix à mille neuf cent quatre-vingt-quinze
  en 1984 | en mille neuf cent quatre-vingt-quatre
  les années 80 | les années quatre-vingts
  $20K | vingt mille dollars
  20K | vingt mille
  1,5M | un virgule cinq millions
  L'an 2000 | L'an deux mille
  deux mille | deux mille
  25 ans | vingt-cinq ans
  5 000 personnes | cinq mille personnes
  1.000 euros | mille euros
  l'iPhone 15 | l'iPhone quinze
  37,5 °C | trente-sept virgule cinq degrés Celsius
  av. J.-C. | avant Jésus-Christ
  chapitre IV | chapitre quatre
  de 9 h à 17 h | de neuf heures à dix-sept heures
  1 sur 3 | un sur trois
  20 % | vingt pour cent
  21 ans | vingt et un ans
  1 an | un an
  le 75e jour | le soixante-quinzième jour
  la 2e place | la deuxième place
`,
);
