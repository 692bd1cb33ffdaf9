import type { Report } from '../../report.ts';
import type { DubRun } from '../../run.ts';
import type { Heard } from '../diarise/index.ts';

/** The language spoken in the source. Subtitles in the target language do not tell; the file's own tag may. */
export function languagesOf({ request }: DubRun, heard: Heard): Report['languages'] {
  const { source, target } = request;
  const spoken = heard.brought === 'target' ? taggedLanguage(heard) : heard.transcript.language;
  return {
    source: source === 'auto' ? spoken : source,
    target,
    detected: source === 'auto' && spoken !== 'und' ? spoken : null,
    confidence: heard.brought === 'target' ? null : (heard.confidence ?? null),
  };
}

/** BCP-47 for the file's tag (`eng`, `ger`), or `und`. */
function taggedLanguage({ sound }: Heard): string {
  try {
    return Intl.getCanonicalLocales(sound.track.language ?? 'und')[0] ?? 'und';
  } catch {
    return 'und';
  }
}
