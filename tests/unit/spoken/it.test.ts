import { spokenTable } from './table.ts';

spokenTable(
  'Italian',
  'it',
  `
  30 s | trenta secondi
  p. 5 | pagina cinque
  -5 gradi | meno cinque gradi
  −5 °C | meno cinque gradi Celsius
  72 °F | settantadue gradi Fahrenheit
  20 € | venti euro
  1,50 € | un euro e cinquanta
  1 € | un euro
  $20 | venti dollari
  1.000.000 | un milione
  1.000 euro | mille euro
  1.234,56 € | milleduecentotrentaquattro euro e cinquantasei
  3,5 | tre virgola cinque
  3.5 | tre punto cinque
  3.11.2 | tre punto undici punto due
  192.168.1.10 | centonovantadue punto centosessantotto punto uno punto dieci
  alle 14:30 | alle quattordici e trenta
  alle 14.30 | alle quattordici e trenta
  alle 21:00 | alle ventuno
  all'1:00 | all'una
  il 1º maggio | il primo maggio
  il 2 maggio | il due maggio
  01/02/2023 | primo febbraio duemilaventitré
  2023-02-01 | primo febbraio duemilaventitré
  sig.ra Rossi | signora Rossi
  sig. Rossi | signor Rossi
  dott.ssa Bianchi | dottoressa Bianchi
  ecc. | eccetera.
  p.es. questo | per esempio questo
  n. 5 | numero cinque
  n° 5 | numero cinque
  il XX secolo | il ventesimo secolo
  secolo XXI | secolo ventunesimo
  Luigi XIV | Luigi quattordicesimo
  Elisabetta II | Elisabetta seconda
  Capitolo IV | Capitolo quattro
  il 3° piano | il terzo piano
  la 2ª volta | la seconda volta
  23º | ventitreesimo
  1 ora | un'ora
  1 giorno | un giorno
  1 studente | uno studente
  1 persona | una persona
  1 volta | una volta
  21 giorni | ventuno giorni
  23 | ventitré
  28 | ventotto
  101 | centouno
  180 | centottanta
  1000 | mille
  2000 | duemila
  1.500 | millecinquecento
  21.000 | ventunmila
  1.000.000 di euro | un milione di euro
  2.500.000 | due milioni cinquecentomila
  100 km/h | cento chilometri all'ora
  10 km | dieci chilometri
  5 kg | cinque chili
  50 % | cinquanta per cento
  50% | cinquanta per cento
  5-10 kg | cinque a dieci chili
  1/2 | un mezzo
  3/4 | tre quarti
  2/3 | due terzi
  1/2 ora | mezza ora
  2 1/2 | due e mezzo
  06 1234567 | zero sei, uno due tre quattro cinque sei sette
  +39 06 1234 5678 | più tre nove, zero sei, uno due tre quattro, cinque sei sette otto
  info@esempio.it | info chiocciola esempio punto it
  www.esempio.it | www punto esempio punto it
  1,5 milioni di euro | uno virgola cinque milioni di euro
  €1,5M | uno virgola cinque milioni di euro
  5G | cinque G
  COVID-19 | COVID-diciannove
  007 | zero zero sette
  0,5 | zero virgola cinque
  0,05 | zero virgola zero cinque
  16:9 | sedici a nove
  1990-1995 | millenovecentonovanta a millenovecentonovantacinque
  nel 1984 | nel millenovecentottantaquattro
  gli anni '80 | gli anni ottanta
  $20K | ventimila dollari
  20K | ventimila
  1,5M | uno virgola cinque milioni
  l'8 marzo | l'otto marzo
  l'11 settembre | l'undici settembre
  30° di temperatura | trenta gradi di temperatura
  25 °C | venticinque gradi Celsius
  a.C. | avanti Cristo
  1000€ | mille euro
  1 su 3 | uno su tre
  l’8 marzo | l'otto marzo
  gli anni ’80 | gli anni ottanta
`,
);
