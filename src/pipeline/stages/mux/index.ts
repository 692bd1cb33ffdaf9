import type { ModelEntry } from '../../catalogue.ts';
import type { DubRequest, DubResult } from '../../job.ts';
import type { Cue, FittedSpeech, NoteCode, Pcm, TranslatedLine } from '../../media-types.ts';
import type { Dropped } from '../../ports.ts';
import type { Report, SegmentReport, WarningCode } from '../../report.ts';
import type { Run } from '../../run.ts';
import { durationMatch, measureLines, speechCoverage } from '../mix/measure.ts';
import { mix, type Mixed, type MixJob } from '../mix/mix.ts';
import { decodeSource, separateVoice } from '../separate/index.ts';
import type { Heard } from '../recognise/index.ts';
import type { DubModels } from '../../prepare.ts';

/** Silence has no loudness; BS.1770's absolute gate stands for it in the report, in LUFS. */
const SILENCE_LUFS = -70;

/** Speech → mix → file, and the receipt of it all. */
export async function finish(
  run: Run<DubRequest>,
  heard: Heard,
  translation: readonly TranslatedLine[],
  speech: readonly FittedSpeech[],
  models: Pick<DubModels, 'separate' | 'cloning'>,
): Promise<DubResult> {
  const { request, host, signal } = run;
  const { info, track, transcript } = heard;
  heard.speech = new Float32Array(0);
  const languages = languagesOf(run, heard);
  const { sound, loudness, segments } = await mixAndMeasure(run, heard, translation, speech, models.separate);
  warnOfOverruns(run, segments);

  const { file, seconds } = await run.stage('mux', async (progress) => {
    const result = await host.media.mux(
      {
        source: request.input,
        info,
        dub: sound,
        track: track.index,
        targetLanguage: request.target,
        sourceLanguage: languages.source,
        keepOriginal: request.keepOriginal,
      },
      signal,
      progress,
    );
    for (const dropped of result.dropped) run.warn(droppedCode(dropped), dropped.reason);
    const written = await host.media.probe(result.file, signal);
    return [{ file: result.file, seconds: written.seconds }, { model: null }];
  });

  const report: Report = {
    schema: 'octavia.report/1',
    input: { file: request.input.name, seconds: info.seconds, video: info.video ?? null, audio: track },
    output: { file: file.name, seconds },
    languages,
    stages: run.stages,
    segments,
    consent: models.cloning === undefined ? null : (request.consent ?? null),
    durationMatch: durationMatch(info.seconds, seconds),
    speechCoverage: speechCoverage(
      transcript.lines,
      segments.map(({ dubStart, dubEnd }) => ({ start: dubStart, end: dubEnd })),
    ),
    loudness: {
      sourceLufs: Math.max(SILENCE_LUFS, loudness.sourceLufs),
      outputLufs: Math.max(SILENCE_LUFS, loudness.outputLufs),
      truePeakDb: Math.max(SILENCE_LUFS, loudness.truePeakDb),
    },
    rtf: run.elapsed() / info.seconds,
    peakMemoryBytes: host.peakMemoryBytes() ?? null,
    network: host.network(),
    warnings: run.warnings,
  };
  return { output: file, report, subtitles: subtitlesOf(segments, heard) };
}

/** The mix and its receipt. What measuring took (a track as long as the file) is gone when it returns. */
async function mixAndMeasure(
  run: Run<DubRequest>,
  heard: Heard,
  translation: readonly TranslatedLine[],
  speech: readonly FittedSpeech[],
  separator: ModelEntry | undefined,
): Promise<{ sound: Pcm; loudness: Report['loudness']; segments: readonly SegmentReport[] }> {
  const { request, host, signal } = run;
  const separated = await separateVoice(run, heard, speech, separator);
  return run.stage('mix', async (progress) => {
    const { lines } = heard.transcript;
    const job: MixJob =
      separated === undefined
        ? {
            original: await decodeSource(run, heard, (part) => progress(part / 2)),
            background: request.background === 'none' ? 'none' : 'duck',
            lines,
            speech,
          }
        : { original: separated.sound, levels: separated.levels, background: 'separated', lines, speech };
    const mixed = await mix(job, signal, () => host.clock.breathe());
    for (const { code, message } of mixed.warnings) run.warn(code, message);
    const segments = receipt(heard, translation, speech, mixed);
    return [{ sound: mixed.mix, loudness: mixed.loudness, segments }, { model: null }];
  });
}

function receipt(
  heard: Heard,
  translation: readonly TranslatedLine[],
  speech: readonly FittedSpeech[],
  mixed: Mixed,
): SegmentReport[] {
  const { lines } = heard.transcript;
  const measured = measureLines(lines, speech, mixed.dub, heard.seconds);
  return lines.map((line) => {
    const said = speech.find(({ id }) => id === line.id);
    const translated = translation.find(({ id }) => id === line.id);
    const heardAt = measured.get(line.id);
    const notes: readonly NoteCode[] = [
      ...(heard.notes.get(line.id) ?? []),
      ...(said?.notes ?? translated?.notes ?? []),
    ];
    return {
      id: line.id,
      speaker: line.speaker,
      start: line.start,
      end: line.end,
      sourceText: heard.brought === 'target' ? '' : line.text,
      targetText: said?.text ?? translated?.candidates[0] ?? '',
      dubStart: heardAt?.dubStart ?? line.start,
      dubEnd: heardAt?.dubEnd ?? line.start,
      tempo: said?.tempo ?? 1,
      onsetErrorMs: heardAt?.onsetErrorMs ?? 0,
      overrunMs: heardAt?.overrunMs ?? 0,
      voice: said?.voice ?? '',
      confidence: line.confidence ?? null,
      notes: [...new Set(notes)],
    };
  });
}

function warnOfOverruns(run: Run, segments: readonly SegmentReport[]): void {
  const over = segments.filter(({ notes }) => notes.includes('fit.overrun'));
  if (over.length === 0) return;
  const worst = Math.max(...over.map(({ overrunMs }) => overrunMs));
  run.warn(
    'fit.lines_overrun',
    `${over.length} of ${segments.length} lines do not fit their place, by ${Math.round(worst)} ms at most.`,
  );
}

function droppedCode({ what }: Dropped): WarningCode {
  switch (what) {
    case 'original':
      return 'mux.original_dropped';
    case 'subtitles':
      return 'mux.subtitles_dropped';
    case 'attachments':
    case 'cover':
    case 'data':
      return 'mux.extras_dropped';
    case 'sample_rate':
    case 'channels':
      return 'mux.sound_changed';
  }
}

/** BCP-47 for the tag the file has (`eng`, `ger`), or `und`. */
function taggedLanguage({ track }: Heard): string {
  try {
    return Intl.getCanonicalLocales(track.language ?? 'und')[0] ?? 'und';
  } catch {
    return 'und';
  }
}

/** What is spoken in the source; subtitles in the target language do not tell, the file's own tag may. */
function languagesOf({ request }: Run<DubRequest>, heard: Heard): Report['languages'] {
  const { source, target } = request;
  const spoken = heard.brought === 'target' ? taggedLanguage(heard) : heard.transcript.language;
  return {
    source: source === 'auto' ? spoken : source,
    target,
    detected: source === 'auto' && spoken !== 'und' ? spoken : null,
    confidence: heard.brought === 'target' ? null : (heard.confidence ?? null),
  };
}

function subtitlesOf(segments: readonly SegmentReport[], heard: Heard): DubResult['subtitles'] {
  const speakers = new Set(heard.transcript.lines.map(({ speaker }) => speaker));
  const cue = (segment: SegmentReport, text: string, end: number): Cue => ({
    start: segment.start,
    end: Math.max(end, segment.start + 0.1),
    text,
    speaker: speakers.size > 1 ? segment.speaker : undefined,
  });
  return {
    source: segments
      .filter(({ sourceText }) => sourceText !== '')
      .map((segment) => cue(segment, segment.sourceText, segment.end)),
    target: segments.map((segment) =>
      cue(segment, segment.targetText, Math.max(segment.end, segment.dubEnd)),
    ),
  };
}
