import { primaryLanguage } from '../../tags.ts';
import type { Tongue } from '../tongue.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { pt } from './pt.ts';

const TONGUES: Readonly<Record<string, Tongue>> = { de, en, es, fr, it, pt };

/** The table of a language, or undefined where it has none. @param language BCP-47 */
export function tongueOf(language: string): Tongue | undefined {
  return TONGUES[primaryLanguage(language)];
}
