import { text } from 'node:stream/consumers';
import { compact } from '@octavia/pipeline/compact';
import { DEFAULTS, PACK_CHOICES } from '@octavia/pipeline/wish';
import { command } from '../call/arguments.ts';
import { glossaryFrom } from '../job/brought.ts';
import { language, languageOrAuto } from '../call/values.ts';

export const translate = command({
  name: 'translate',
  summary: 'Translates lines of text: one line out for each line in.',
  positionals: [],
  flags: {
    to: { type: 'text', value: 'LANGUAGE', required: true, help: 'Language to translate into.' },
    from: { type: 'text', value: 'auto|LANGUAGE', help: 'Language of the lines (auto: detected).' },
    pack: { type: 'text', choices: PACK_CHOICES, help: 'Models to use (auto: the best installed).' },
    glossary: { type: 'text', value: 'FILE', help: 'Terms: a JSON object, or lines "source = target".' },
    keep: { type: 'list', value: 'TERM', help: 'A term to leave untranslated.' },
  },
  async run({ to, from, pack, glossary, keep }, _, terminal) {
    const request = compact({
      target: language('to', to),
      source: languageOrAuto('from', from),
      pack: pack ?? DEFAULTS.pack,
      glossary: await glossaryFrom(glossary),
      doNotTranslate: keep.length > 0 ? keep : undefined,
    });
    const lines = splitLines(await text(terminal.input));
    const { translateTexts } = await import('../job/text-job.ts');
    for (const line of await translateTexts(lines, request, terminal.stopped)) terminal.result(line);
    return 0;
  },
});

/** A last line break ends the last line; it does not begin another. */
function splitLines(input: string): string[] {
  const lines = input.replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
