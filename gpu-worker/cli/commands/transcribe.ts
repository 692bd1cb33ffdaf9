import { compact } from '@octavia/pipeline/compact';
import { DEFAULTS, PACK_CHOICES } from '@octavia/pipeline/wish';
import { openDiskFile } from '../../adapters/ffmpeg.ts';
import { command } from '../call/arguments.ts';
import { bringBasic } from '../models/basic.ts';
import { refuseInput } from '../job/outputs.ts';
import { endProgress, showProgress } from '../job/progress.ts';
import { languageOrAuto, subtitleFormat, wholeNumber } from '../call/values.ts';

export const transcribe = command({
  name: 'transcribe',
  summary: 'Transcribes speech.',
  positionals: [{ name: 'INPUT' }],
  flags: {
    from: { type: 'text', value: 'auto|LANGUAGE', help: 'Spoken language (auto).' },
    pack: { type: 'text', choices: PACK_CHOICES, help: 'Models to use (auto: the best installed).' },
    'audio-track': { type: 'text', value: 'N', help: 'Which audio track to listen to; 0 is the first.' },
    'subtitles-out': { type: 'text', value: 'FILE.srt|.vtt', help: 'Also write subtitles.' },
    json: { type: 'switch', help: 'Print lines with their times as JSON.' },
    quiet: { type: 'switch', help: 'Show no progress.' },
  },
  async run(flags, [path = ''], terminal) {
    const audioTrack = wholeNumber('audio-track', flags['audio-track'], 999);
    const out = flags['subtitles-out'];
    const format = out === undefined ? undefined : subtitleFormat('subtitles-out', out);
    const input = await openDiskFile(path);
    if (out !== undefined) await refuseInput(out, [path]);
    const request = compact({
      jobId: 'transcribe',
      input,
      source: languageOrAuto('from', flags.from),
      pack: flags.pack ?? DEFAULTS.pack,
      device: 'auto' as const,
      audioTrack,
    });
    await bringBasic(request, terminal, flags.quiet);
    const { transcribeFile, writeSubtitles } = await import('../job/transcribe-job.ts');
    try {
      const onEvent = showProgress(terminal, flags.quiet);
      const transcript = await transcribeFile(request, terminal.stopped, onEvent);
      endProgress(terminal, flags.quiet);
      if (out !== undefined && format !== undefined) await writeSubtitles(transcript, out, format);
      if (flags.json) terminal.result(JSON.stringify(transcript, undefined, 2));
      else for (const { text } of transcript.lines) terminal.result(text);
      return 0;
    } catch (thrown) {
      endProgress(terminal, flags.quiet);
      throw thrown;
    }
  },
});
