import { spokenTable } from './table.ts';

spokenTable(
  'English',
  'en',
  `
  30 s | thirty seconds
  2 h 30 min | two hours thirty minutes
  in the 90s | in the nineties
  It is -5°C, not 72°F. | It is minus five degrees Celsius, not seventy-two degrees Fahrenheit.
  I paid $20, but it was worth $5, right? | I paid twenty dollars, but it was worth five dollars, right?
  It costs $20K a year. | It costs twenty thousand dollars a year.
  She won $1.5M in 2019. | She won one point five million dollars in twenty nineteen.
  US$50 or A$50 | fifty dollars or fifty Australian dollars
  1,234.56 euros | one thousand two hundred thirty-four point five six euros
  Install Python 3.11.2 before iOS 17.4.1. | Install Python three point eleven point two before iOS seventeen point four point one.
  The server is 192.168.1.10. | The server is one hundred ninety-two point one hundred sixty-eight point one point ten.
  Call 555-1234 or +1 (555) 123-4567. | Call five five five, one two three four or plus one, five five five, one two three, four five six seven.
  At 3:30 p.m. on 12/25/2024 | At three thirty P M on December twenty-fifth, twenty twenty-four
  at 9 a.m. | at nine A M.
  At 10:05. | At ten oh five.
  It's 12:00. | It's twelve o'clock.
  In the 1990s, 24/7 | In the nineteen nineties, twenty-four seven
  the '80s | the eighties
  1/2 cup | one half cup
  2 1/2 cups | two and a half cups
  Half of 1/2 is 1/4. | Half of one half is one quarter.
  Room 101 is on the 3rd floor. | Room one hundred one is on the third floor.
  5G and 4K are here. | five G and four K are here.
  100 km/h | one hundred kilometers per hour
  180 lbs and 6'2" tall | one hundred eighty pounds and six foot two tall
  No. 5 is alive. No. I said no. | number five is alive. No. I said no.
  #1 fan | number one fan
  Henry VIII and World War II | Henry the eighth and World War two
  December 25, 2024 | December twenty-fifth, twenty twenty-four
  on July 4th | on July fourth
  the 4th of July | the fourth of July
  10-20 people | ten to twenty people
  1990-1995 | nineteen ninety to nineteen ninety-five
  16:9 | sixteen to nine
  info@example.com | info at example dot com
  www.example.com. | www dot example dot com.
  50% off | fifty percent off
  €5.99 | five euros and ninety-nine cents
  $3.50/hour | three dollars and fifty cents per hour
  10,000 steps | ten thousand steps
  from 5 to 10 kg | from five to ten kilograms
  0.5 degrees | zero point five degrees
  H2O and COVID-19 | H two O and COVID-nineteen
  007 | zero zero seven
  1,000,000 | one million
  3.14 | three point one four
  Mr. Smith met Dr. Jones. | Mister Smith met Doctor Jones.
  e.g. this etc. | for example this et cetera.
  2-3 times | two to three times
  -5 - -3 | minus five - minus three
  2+2=4 | two plus two equals four
  3 x 4 | three by four
  $5 million | five million dollars
  1.5 million people | one point five million people
  £1.50 | one pound and fifty pence
  20% | twenty percent
  ±5 | plus or minus five
  v2.0 | v two point zero
  Chapter IV | Chapter four
  I am 25. | I am twenty-five.
  in 1984 | in nineteen eighty-four
  1984 was good | nineteen eighty-four was good
  on 2024-12-25 | on December twenty-fifth, twenty twenty-four
  1st 2nd 3rd 21st 101st | first second third twenty-first one hundred first
  12 MB | twelve megabytes
  a 5-year-old | a five-year-old
  U.S. 50 | U.S. fifty
  In 2005, | In two thousand five,
  1:23:45 | one twenty-three and forty-five seconds
  5 ft | five feet
  90 min | ninety minutes
  F-16 | F-sixteen
  Boeing 747 | Boeing seven hundred forty-seven
  ½ cup | one half cup
  2½ cups | two and a half cups
  It was 5. | It was five.
  from 1,200 to 1,500 | from one thousand two hundred to one thousand five hundred
  30 to 40 °F | thirty to forty degrees Fahrenheit
  3-4 kg | three to four kilograms
  $10-20 | ten to twenty dollars
  $1,234.50 | one thousand two hundred thirty-four dollars and fifty cents
  $0.99 | ninety-nine cents
  $1 | one dollar
  1 km | one kilometer
  10:30 | ten thirty
  B2B | B two B
  300 BC | three hundred BC
  it cost 2.50€ | it cost two euros and fifty cents
  10€ | ten euros
  100 USD | one hundred dollars
  5 o'clock | five o'clock
  21 km | twenty-one kilometers
  1000 | one thousand
  1500 people | one thousand five hundred people
  5 million € | five million euros
  "Part I" and I | "Part one" and I
  - 5 minutes | - five minutes
  $-5 | minus five dollars
  -$5 | minus five dollars
  It's 5% (or 6%). | It's five percent (or six percent).
  on 9/11 | on nine eleven
  1st place, 2nd place | first place, second place
  0 items | zero items
  0.5 km | zero point five kilometers
  1,500,000 people | one million five hundred thousand people
  Dr. Smith lives on Main St. in 2005. | Doctor Smith lives on Main Street in two thousand five.
  Windows 11, iOS 17 and GPT-4 | Windows eleven, iOS seventeen and GPT-four
  May 5 | May fifth
  5 May 2020 | the fifth of May twenty twenty
  He was born in May 1990. | He was born in May nineteen ninety.
  a 1990 car | a nineteen ninety car
  100% | one hundred percent
  A1B2 | A one B two
  4x4 | four by four
  2024 | twenty twenty-four
  1 000 people | one thousand people
  12,345,678.90 | twelve million three hundred forty-five thousand six hundred seventy-eight point nine zero
  1.234.567 | one million two hundred thirty-four thousand five hundred sixty-seven
  +5 | plus five
  50km | fifty kilometers
  3D | three D
  COVID-19 in 2020 | COVID-nineteen in twenty twenty
`,
);
