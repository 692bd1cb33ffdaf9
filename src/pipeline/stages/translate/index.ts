import { compact } from '../../compact.ts';
import type { ModelEntry } from '../../catalogue.ts';
import type { Line, TranslatedLine } from '../../media-types.ts';
import { chooseTranslation } from '../../prepare.ts';
import type { DubRun } from '../../run.ts';
import type { Heard } from '../diarise/index.ts';
import { translateByEar } from './by-ear.ts';
import { translate as translateTranscript } from './translate.ts';

/**
 * The transcript in the target language, with the user's edits; unchanged if that is already the spoken language.
 * Errors: `language.pair_unavailable`, `model.*`.
 */
export async function translate(run: DubRun, heard: Heard): Promise<readonly TranslatedLine[]> {
  const { language, lines } = heard.transcript;
  const { translate: chosen, recognise: hears } = run.models;
  const model = chosen ?? (await chooseTranslation(run.host, run.request, language, hears));
  const translated = await translatedBy(run, heard, model);
  const edits = run.request.edits ?? {};
  return translated.map((line) => {
    const edit = edits[line.id]?.trim();
    const spoken = edit ? { id: line.id, candidates: [edit], notes: [] } : line;
    const source = lines.find(({ id }) => id === line.id);
    if (source !== undefined) {
      const { id, start, end, text } = source;
      run.emit({ type: 'line', id, start, end, sourceText: text, targetText: spoken.candidates[0] });
    }
    return spoken;
  });
}

function translatedBy(
  run: DubRun,
  heard: Heard,
  model: ModelEntry | undefined,
): readonly TranslatedLine[] | Promise<readonly TranslatedLine[]> {
  if (model === undefined) return asTheyAre(run, heard.transcript.lines);
  return model.stage === 'recognise' ? draftByEar(run, heard, model) : runModel(run, heard, model);
}

function asTheyAre(run: DubRun, lines: readonly Line[]): TranslatedLine[] {
  run.skip('translate');
  return lines.map(({ id, text }) => ({ id, candidates: [text], notes: [] }));
}

async function runModel(run: DubRun, heard: Heard, model: ModelEntry): Promise<readonly TranslatedLine[]> {
  const { target, glossary, doNotTranslate } = run.request;
  const { transcript, sound } = heard;
  const slots = slotSeconds(transcript.lines, sound.seconds);
  const want = {
    source: transcript.language,
    target,
    ...compact({ glossary, doNotTranslate }),
    secondsFor: (line: Line) => slots.get(line.id) ?? line.end - line.start,
  };
  return run.stage('translate', async (onProgress) => {
    const texts = transcript.lines.map(({ id, text }) => [id, text, slots.get(id)]);
    const inputs = [texts, transcript.language, target, glossary, doNotTranslate, model.id, model.revision];
    const task = { host: run.host, signal: run.signal, onProgress };
    const done = await run.remembered('translation', inputs, () =>
      translateTranscript(task, model, transcript, want),
    );
    return [done.lines, { model, device: done.device }];
  });
}

/** The recogniser listens to each line once more and translates it. */
async function draftByEar(run: DubRun, heard: Heard, model: ModelEntry): Promise<readonly TranslatedLine[]> {
  const { transcript, sound } = heard;
  run.warn(
    'translate.draft',
    `No translator from "${transcript.language}" to "${run.request.target}" is here, so "${model.title}" translated while it listened. Take it as a draft: the gist is right, details may be wrong.`,
  );
  return run.stage('translate', async (onProgress) => {
    const texts = transcript.lines.map(({ id, text, start, end }) => [id, text, start, end]);
    const inputs = [
      sound.fingerprint,
      sound.track.index,
      texts,
      transcript.language,
      model.id,
      model.revision,
    ];
    const task = { host: run.host, signal: run.signal, onProgress };
    const done = await run.remembered('draft', inputs, () =>
      translateByEar(task, model, sound.speech, transcript),
    );
    return [done.lines, { model, device: done.device }];
  });
}

/** Most seconds each line may take: until its speaker's next line, or the end of the file. */
function slotSeconds(lines: readonly Line[], fileSeconds: number): ReadonlyMap<string, number> {
  return new Map(
    lines.map((line) => {
      const next = lines.find((other) => other.speaker === line.speaker && other.start > line.start);
      return [line.id, (next?.start ?? fileSeconds) - line.start];
    }),
  );
}
