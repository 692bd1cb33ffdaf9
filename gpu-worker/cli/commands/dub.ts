import { compact } from '@octavia/pipeline/compact';
import { BACKGROUNDS, DEFAULTS, PACK_CHOICES, type Choices } from '@octavia/pipeline/wish';
import { openDiskFile } from '../../adapters/ffmpeg.ts';
import { command, UsageError } from '../call/arguments.ts';
import { glossaryFrom, subtitlesFrom } from '../job/brought.ts';
import type { DubSettings } from '../job/dub-job.ts';
import { refuseInput } from '../job/outputs.ts';
import { bringBasic } from '../models/basic.ts';
import { endProgress, showProgress } from '../job/progress.ts';
import { summary } from '../job/summary.ts';
import { language, languageOrAuto, subtitleFormat, voice, wholeNumber } from '../call/values.ts';

const DEVICES = ['auto', 'cuda', 'webgpu', 'cpu'] as const;

export const dub = command({
  name: 'dub',
  summary: 'Dubs a video or sound file into another language.',
  positionals: [{ name: 'INPUT' }],
  flags: {
    to: { type: 'text', value: 'LANGUAGE', required: true, help: 'Dub into this language: es, pt-BR …' },
    from: { type: 'text', value: 'auto|LANGUAGE', help: 'Spoken language (auto).' },
    out: {
      type: 'text',
      value: 'FILE',
      help: 'The result; its ending sets the container (NAME.LANGUAGE.ENDING).',
    },
    pack: { type: 'text', choices: PACK_CHOICES, help: 'Models to use (auto: the best installed).' },
    subtitles: {
      type: 'text',
      value: 'FILE',
      help: 'Your own subtitles (SRT, WebVTT), instead of recognition.',
    },
    'subtitles-language': {
      type: 'text',
      value: 'LANGUAGE',
      help: 'Language of --subtitles (detected from the text).',
    },
    voice: {
      type: 'text',
      value: 'match|preset:ID|clone',
      help: 'A voice like the speaker’s (match), or a fixed one.',
    },
    'i-have-consent': { type: 'switch', help: 'Every speaker has agreed to --voice clone.' },
    background: { type: 'text', choices: BACKGROUNDS, help: 'What happens to the original sound (duck).' },
    device: { type: 'text', choices: DEVICES, help: 'Where models run (auto).' },
    'audio-track': { type: 'text', value: 'N', help: 'Which audio track to dub; 0 is the first.' },
    'drop-original': { type: 'switch', help: 'Leave the original sound out of the result.' },
    glossary: { type: 'text', value: 'FILE', help: 'Terms: a JSON object, or lines "source = target".' },
    keep: { type: 'list', value: 'TERM', help: 'A term to leave untranslated.' },
    'subtitles-out': { type: 'text', value: 'FILE.srt|.vtt', help: 'Also write the subtitles of the dub.' },
    report: { type: 'text', value: 'FILE.json', help: 'Also write the report.' },
    resume: { type: 'switch', help: 'Continue an interrupted run that also had --resume.' },
    quiet: { type: 'switch', help: 'Show no progress.' },
    json: { type: 'switch', help: 'Print the report instead of the name of the result.' },
  },
  async run(flags, [path = ''], terminal) {
    if (flags.quiet && flags.json) throw new UsageError('--quiet and --json cannot be used together.');
    const consented = flags['i-have-consent'];
    // The order matters: it names the folder of work to resume (resumeFolder).
    const settings: DubSettings = compact({
      source: languageOrAuto('from', flags.from),
      target: language('to', flags.to),
      pack: flags.pack ?? DEFAULTS.pack,
      voice: voice(flags.voice),
      background: flags.background ?? DEFAULTS.background,
      device: flags.device ?? 'auto',
      keepOriginal: !flags['drop-original'],
      consent: consented ? { clonedVoices: true, at: new Date().toISOString() } : undefined,
      audioTrack: wholeNumber('audio-track', flags['audio-track'], 999),
      doNotTranslate: flags.keep.length > 0 ? flags.keep : undefined,
      glossary: await glossaryFrom(flags.glossary),
      subtitles: await subtitlesFrom(flags.subtitles, flags['subtitles-language']),
      // Lines are edited on the page, where they can be seen.
      edits: undefined,
    } satisfies Choices<DubSettings>);
    const sides = await sideFiles(path, flags['subtitles-out'], flags.report, flags.subtitles);
    const input = await openDiskFile(path);
    await bringBasic(settings, terminal, flags.quiet);
    const job = { input, settings, out: flags.out, resume: flags.resume, ...sides };
    try {
      // Loaded here, so that a wrong call or --help need not wait for the models' runtimes.
      const { runDub } = await import('../job/dub-job.ts');
      const { out, report } = await runDub(job, terminal.stopped, showProgress(terminal, flags.quiet));
      endProgress(terminal, flags.quiet);
      if (!flags.quiet) summary(report).forEach((line) => terminal.say(line));
      terminal.result(flags.json ? JSON.stringify(report, undefined, 2) : out);
      return 0;
    } catch (thrown) {
      endProgress(terminal, flags.quiet);
      throw thrown;
    }
  },
});

async function sideFiles(
  input: string,
  subtitlesOut: string | undefined,
  report: string | undefined,
  subtitlesIn: string | undefined,
) {
  const read = [input, ...(subtitlesIn === undefined ? [] : [subtitlesIn])];
  for (const file of [subtitlesOut, report]) if (file !== undefined) await refuseInput(file, read);
  return {
    report,
    subtitlesOut:
      subtitlesOut === undefined
        ? undefined
        : { path: subtitlesOut, format: subtitleFormat('subtitles-out', subtitlesOut) },
  };
}
