import type { DubResult } from './job.ts';
import type { Cue, FittedSpeech, NoteCode, TranslatedLine } from './media-types.ts';
import type { Report, SegmentReport } from './report.ts';
import type { DubRun } from './run.ts';
import type { Heard } from './stages/diarise/index.ts';
import type { Mix } from './stages/mix/index.ts';
import { durationMatch, speechCoverage } from './stages/mix/measure.ts';
import type { Written } from './stages/mux/index.ts';

/** Silence has no loudness; the report gives BS.1770's absolute gate instead, in LUFS. */
const SILENCE_LUFS = -70;

/** The stages' results. */
export interface Dubbed {
  readonly heard: Heard;
  readonly translation: readonly TranslatedLine[];
  readonly speech: readonly FittedSpeech[];
  readonly mixed: Mix;
  readonly written: Written;
}

/** What the user gets: the file, its subtitles, and the quality report. */
export function receipt(run: DubRun, dubbed: Dubbed): DubResult {
  const { request, host, models } = run;
  const { heard, mixed, written } = dubbed;
  const { info, track, seconds } = heard.sound;
  const segments = segmentsOf(dubbed);
  const report: Report = {
    schema: 'octavia.report/1',
    input: { file: request.input.name, seconds, video: info.video ?? null, audio: track },
    output: { file: written.file.name, seconds: written.seconds },
    languages: written.languages,
    stages: run.stages,
    segments,
    consent: models.cloning === undefined ? null : (request.consent ?? null),
    durationMatch: durationMatch(seconds, written.seconds),
    speechCoverage: speechCoverage(
      heard.transcript.lines,
      segments.map(({ dubStart, dubEnd }) => ({ start: dubStart, end: dubEnd })),
    ),
    loudness: {
      sourceLufs: Math.max(SILENCE_LUFS, mixed.loudness.sourceLufs),
      outputLufs: Math.max(SILENCE_LUFS, mixed.loudness.outputLufs),
      truePeakDb: Math.max(SILENCE_LUFS, mixed.loudness.truePeakDb),
    },
    rtf: run.elapsed() / seconds,
    peakMemoryBytes: host.peakMemoryBytes() ?? null,
    network: host.network(),
    warnings: run.warnings,
  };
  return { output: written.file, report, subtitles: subtitlesOf(segments, heard) };
}

function segmentsOf({ heard, translation, speech, mixed }: Dubbed): SegmentReport[] {
  return heard.transcript.lines.map((line) => {
    const said = speech.find(({ id }) => id === line.id);
    const translated = translation.find(({ id }) => id === line.id);
    const heardAt = mixed.lines.get(line.id);
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

function subtitlesOf(segments: readonly SegmentReport[], heard: Heard): DubResult['subtitles'] {
  const speakers = new Set(heard.transcript.lines.map(({ speaker }) => speaker));
  const cue = (segment: SegmentReport, text: string, start: number, end: number): Cue => ({
    start,
    end: Math.max(end, start + 0.1),
    text,
    speaker: speakers.size > 1 ? segment.speaker : undefined,
  });
  return {
    source: segments
      .filter(({ sourceText }) => sourceText !== '')
      .map((segment) => cue(segment, segment.sourceText, segment.start, segment.end)),
    target: segments.map((segment) =>
      cue(segment, segment.targetText, segment.dubStart, Math.max(segment.end, segment.dubEnd)),
    ),
  };
}
