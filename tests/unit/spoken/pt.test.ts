import { spokenTable } from './table.ts';

spokenTable(
  'Portuguese',
  'pt',
  `
  30 s | trinta segundos
  p. 5 | página cinco
  R$ 5 mi | cinco milhões de reais
  R$ 1 mi | um milhão de reais
  às 14h30min | às quatorze e trinta
  -5 graus | menos cinco graus
  −5 °C | menos cinco graus Celsius
  72 °F | setenta e dois graus Fahrenheit
  20 € | vinte euros
  1,50 € | um euro e cinquenta centavos
  1 € | um euro
  $20 | vinte dólares
  R$ 20 | vinte reais
  US$ 50 | cinquenta dólares
  1.000.000 | um milhão
  1.000 euros | mil euros
  1.234,56 € | mil duzentos e trinta e quatro euros e cinquenta e seis centavos
  3,5 | três vírgula cinco
  3.5 | três ponto cinco
  3.11.2 | três ponto onze ponto dois
  192.168.1.10 | cento e noventa e dois ponto cento e sessenta e oito ponto um ponto dez
  às 14:30 | às quatorze e trinta
  às 14h30 | às quatorze e trinta
  às 14h | às quatorze horas
  às 21h | às vinte e uma horas
  à 1h | à uma hora
  1º de maio | primeiro de maio
  2 de maio | dois de maio
  01/02/2023 | primeiro de fevereiro de dois mil e vinte e três
  2023-02-01 | primeiro de fevereiro de dois mil e vinte e três
  Sra. Silva | senhora Silva
  Dr. Silva | doutor Silva
  p. ex. isto, etc. | por exemplo isto, et cetera.
  nº 5 | número cinco
  n.º 5 | número cinco
  século XX | século vinte
  século XXI | século vinte e um
  século V | século quinto
  Luís XIV | Luís quatorze
  João VI | João sexto
  Maria II | Maria segunda
  Capítulo IV | Capítulo quatro
  3º andar | terceiro andar
  2ª vez | segunda vez
  10º | décimo
  21º | vigésimo primeiro
  1 hora | uma hora
  2 horas | duas horas
  22 meninas | vinte e duas meninas
  200 pessoas | duzentas pessoas
  21 dias | vinte e um dias
  1 pessoa | uma pessoa
  2.000 pessoas | duas mil pessoas
  1.234 | mil duzentos e trinta e quatro
  1.500 | mil e quinhentos
  2023 | dois mil e vinte e três
  1984 | mil novecentos e oitenta e quatro
  100 | cem
  101 | cento e um
  100 km/h | cem quilômetros por hora
  10 km | dez quilômetros
  5 kg | cinco quilos
  50 % | cinquenta por cento
  50% | cinquenta por cento
  5-10 kg | cinco a dez quilos
  1/2 | um meio
  3/4 | três quartos
  2/3 | dois terços
  1/2 hora | meia hora
  2 1/2 | dois e meio
  912 345 678 | nove um dois, três quatro cinco, seis sete oito
  +55 11 91234-5678 | mais cinco cinco, um um, nove um dois três quatro, cinco seis sete oito
  (11) 91234-5678 | um um, nove um dois três quatro, cinco seis sete oito
  info@exemplo.com.br | info arroba exemplo ponto com ponto br
  www.exemplo.pt | www ponto exemplo ponto pt
  R$ 1,5 milhão | um vírgula cinco milhão de reais
  R$ 2 milhões | dois milhões de reais
  5G | cinco G
  COVID-19 | COVID-dezenove
  007 | zero zero sete
  0,5 | zero vírgula cinco
  0,05 | zero vírgula zero cinco
  16:9 | dezesseis a nove
  1990-1995 | mil novecentos e noventa a mil novecentos e noventa e cinco
  em 1984 | em mil novecentos e oitenta e quatro
  anos 80 | anos oitenta
  $20K | vinte mil dólares
  20K | vinte mil
  1,5M | um vírgula cinco milhões
  25 °C | vinte e cinco graus Celsius
  a.C. | antes de Cristo
  R$ 0,50 | cinquenta centavos
  R$ 1 | um real
  1 em cada 3 | um em cada três
  2 meninas | duas meninas
  R$ 1.500,50 | mil e quinhentos reais e cinquenta centavos
`,
);
