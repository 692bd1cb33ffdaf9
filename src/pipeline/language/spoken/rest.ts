import type { Speech } from './say.ts';
import { noun } from './tongue.ts';

/** Signs between words or before a number, once the numbers are in words. */
export function sayRest(text: string, { tongue }: Speech): string {
  const { words, currencies, afterMillion } = tongue;
  // "2 million €": the words of the number are between it and its sign.
  const signs: Readonly<Record<string, string>> = { '€': 'EUR', $: 'USD', '£': 'GBP' };
  return text
    .replace(/(?<=\p{L})\s?([€$£])(?![\p{L}\d])/gu, (_, sign: string) => {
      const major = currencies[signs[sign] ?? '']?.split(' + ')[0] ?? '';
      return ` ${afterMillion(noun(major).many)}`;
    })
    .replace(/(?<=\s|^)(?:#|№)\s?(?=\p{L})/gu, `${words.number} `)
    .replace(/(?<=\p{L})\s*=\s*(?=\p{L})/gu, ` ${words.equals} `)
    .replace(/(?<=\p{L})\s*\+\s*(?=\p{L})/gu, ` ${words.plus} `)
    .replace(/(?<=\p{L})\s*[×÷]\s*(?=\p{L})/gu, ` ${words.times} `)
    .replace(/(?<![\p{L}\d]\s?)\+(?=\p{L})/gu, `${words.plus} `)
    .replace(/±\s?(?=\p{L})/gu, `${words.plusminus} `)
    .replace(/(?<=\s|^)[~≈]\s?(?=\p{L})/gu, `${words.about} `)
    .replace(/(?<=\s)&(?=\s)/g, words.and)
    .replace(/(?<=\p{L})\s?‰/gu, ` ${words.permille}`)
    .replace(/(?<=\p{L})\s?%/gu, ` ${words.percent}`)
    .replace(/(?<=\p{L})\s?°(?!\p{L})/gu, ` ${words.degrees}`);
}
