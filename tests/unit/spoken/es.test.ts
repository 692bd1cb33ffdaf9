import { spokenTable } from './table.ts';

spokenTable(
  'Spanish',
  'es',
  `
  30 s | treinta segundos
  2 h 30 min | dos horas treinta minutos
  p. 5 | página cinco
  Hace -5 grados. | Hace menos cinco grados.
  ...estabas en casa. | estabas en casa.
  Hace −5 °C | Hace menos cinco grados Celsius
  72 °F | setenta y dos grados Fahrenheit
  $20 | veinte dólares
  20 $ | veinte dólares
  US$50 | cincuenta dólares
  1.234,56 € | mil doscientos treinta y cuatro euros con cincuenta y seis
  1.000.000 | un millón
  1.000 euros | mil euros
  3,5 | tres coma cinco
  3.5 | tres punto cinco
  3.11.2 | tres punto once punto dos
  192.168.1.10 | ciento noventa y dos punto ciento sesenta y ocho punto uno punto diez
  a las 10:30 h | a las diez treinta
  a las 21:00 | a las veintiuna
  a la 1:15 | a la una quince
  5º piso | quinto piso
  la 2ª | la segunda
  el 3er día | el tercer día
  el siglo XXI | el siglo veintiuno
  Felipe VI | Felipe sexto
  Isabel II | Isabel segunda
  Luis XIV | Luis catorce
  Segunda Guerra Mundial | Segunda Guerra Mundial
  Ud. y Uds. | usted y ustedes
  EE.UU. | Estados Unidos.
  EE. UU. es grande | Estados Unidos es grande
  núm. 5 | número cinco
  n.º 5 | número cinco
  Sr. López y la Sra. Díaz | señor López y la señora Díaz
  Dr. García | doctor García
  p. ej. pan, etc. | por ejemplo pan, etcétera.
  100 km/h | cien kilómetros por hora
  10 km | diez kilómetros
  180 lbs | ciento ochenta libras
  1 kg | un kilo
  21 km | veintiún kilómetros
  21 personas | veintiuna personas
  1 persona | una persona
  1 día | un día
  100 personas | cien personas
  101 noches | ciento una noches
  31 mil | treinta y un mil
  21.000 personas | veintiún mil personas
  200.000 casas | doscientas mil casas
  1.000.000 personas | un millón de personas
  2 millones de euros | dos millones de euros
  $1,5 millones | uno coma cinco millones de dólares
  5-10 kg | cinco a diez kilos
  10-20 | diez a veinte
  1990-1995 | mil novecientos noventa a mil novecientos noventa y cinco
  1/2 | un medio
  3/4 | tres cuartos
  1/2 hora | media hora
  2 1/2 | dos y medio
  50 % | cincuenta por ciento
  50% | cincuenta por ciento
  +34 612 345 678 | más tres cuatro, seis uno dos, tres cuatro cinco, seis siete ocho
  612 345 678 | seis uno dos, tres cuatro cinco, seis siete ocho
  91 123 45 67 | nueve uno, uno dos tres, cuatro cinco, seis siete
  12/05/2024 | doce de mayo de dos mil veinticuatro
  2024-05-12 | doce de mayo de dos mil veinticuatro
  el 1 de mayo | el uno de mayo
  en 1984 | en mil novecientos ochenta y cuatro
  los años 80 | los años ochenta
  info@ejemplo.com | info arroba ejemplo punto com
  www.ejemplo.es | www punto ejemplo punto es
  16:9 | dieciséis a nueve
  1.5M | uno punto cinco millones
  20K | veinte mil
  $20K | veinte mil dólares
  5G | cinco G
  4K | cuatro K
  COVID-19 | COVID-diecinueve
  007 | cero cero siete
  -0,5 | menos cero coma cinco
  0,05 | cero coma cero cinco
  25 °C | veinticinco grados Celsius
  37,5 °C | treinta y siete coma cinco grados Celsius
  R$ 10 | diez reales
  £5 | cinco libras
  1 £ | una libra
  21 £ | veintiuna libras
  1,50 € | un euro con cincuenta
  1 € | un euro
  0,99 € | noventa y nueve céntimos
  $1.50 | un dólar con cincuenta
  16 | dieciséis
  22 | veintidós
  500 | quinientos
  700 | setecientos
  900 | novecientos
  1.001 | mil uno
  21 minutos | veintiún minutos
  1 hora y 31 horas | una hora y treinta y una horas
  son 21 | son veintiuno
  tengo 1 | tengo uno
  el 11.º | el undécimo
  13.º | decimotercero
  18.º | decimoctavo
  25 m² | veinticinco metros cuadrados
  1.200 W | mil doscientos vatios
  2x | dos x
  3 x 4 | tres por cuatro
  Capítulo IV | Capítulo cuatro
  s. XX | siglo veinte
  A4 | A cuatro
  a. C. | antes de Cristo.
  2-1 | dos a uno
  1:0 | uno a cero
  30 a 40 °C | treinta a cuarenta grados Celsius
  2 millones € | dos millones de euros
  Felipe V | Felipe quinto
  los 20.000 € | los veinte mil euros
  0,5 km | cero coma cinco kilómetros
  21,5 °C | veintiuno coma cinco grados Celsius
  $1.500.000 | un millón quinientos mil dólares
  las 3 de la tarde | las tres de la tarde
  a las 3:05 | a las tres y cinco
  el 3 de abril de 1990 | el tres de abril de mil novecientos noventa
  1-2 personas | uno a dos personas
  12:00 | doce
  las 00:30 | las cero treinta
  2 + 2 = 4 | dos más dos igual a cuatro
  n.º 1 | número uno
  (5) | (cinco)
  "5" | "cinco"
  5. | cinco.
  ¡5! | ¡cinco!
  5, 6 y 7 | cinco, seis y siete
  10.5.3 | diez punto cinco punto tres
  1 de cada 3 | uno de cada tres
  3 veces | tres veces
  21 veces | veintiuna veces
  1 vez | una vez
  500 mujeres | quinientas mujeres
  121 libras | ciento veintiuna libras
  21% | veintiuno por ciento
  1% | uno por ciento
  31,5% | treinta y uno coma cinco por ciento
  2024-2025 | dos mil veinticuatro a dos mil veinticinco
  10 000 personas | diez mil personas
  10€/kg | diez euros por kilo
  5 €/h | cinco euros por hora
  el 1.º piso | el primer piso
  la 3.ª vez | la tercera vez
  1/2 litro | medio litro
  31 horas | treinta y una horas
`,
);
