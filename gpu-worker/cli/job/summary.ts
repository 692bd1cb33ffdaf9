import type { Report } from '@octavia/pipeline';
import { durationInWords } from '@octavia/pipeline/plan/words';

/** A report in a few lines for humans. */
export function summary(report: Report): string[] {
  const { segments, loudness, languages } = report;
  const errors = segments.map(({ onsetErrorMs }) => Math.abs(onsetErrorMs)).sort((a, b) => a - b);
  const p95 = errors[Math.min(errors.length - 1, Math.floor(errors.length * 0.95))] ?? 0;
  const noted = segments.filter(({ notes }) => notes.length > 0);
  return [
    `${segments.length} lines from ${languages.source} to ${languages.target}, onsets within ${Math.round(p95)} ms (p95)`,
    `loudness ${loudness.outputLufs.toFixed(1)} LUFS (source ${loudness.sourceLufs.toFixed(1)}), peak ${loudness.truePeakDb.toFixed(1)} dBTP`,
    `took ${durationInWords(report.rtf * report.input.seconds)}; ${report.network.bytesSent} bytes left this machine`,
    ...noted
      .slice(0, 5)
      .map(({ id, start, notes }) => `  ${id} at ${start.toFixed(1)} s: ${notes.join(', ')}`),
    ...(noted.length > 5 ? [`  and ${noted.length - 5} more lines with notes; see --report`] : []),
  ];
}
