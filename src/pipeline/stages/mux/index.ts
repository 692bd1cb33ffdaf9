import type { Dropped, MediaFile } from '../../ports.ts';
import type { Report, WarningCode } from '../../report.ts';
import type { DubRun } from '../../run.ts';
import type { Sound } from '../../media-types.ts';
import { outputContainer } from '../../media/container.ts';
import type { Heard } from '../diarise/index.ts';
import { languagesOf } from './languages.ts';

/** The finished file. */
export interface Written {
  readonly file: MediaFile;
  /** Its actual length. */
  readonly seconds: number;
  readonly languages: Report['languages'];
}

/** Finished sound → file. Errors: `media.failed`, `storage.full`. */
export async function mux(run: DubRun, heard: Heard, dub: Sound): Promise<Written> {
  const { request, host, signal } = run;
  const { info, track } = heard.sound;
  const languages = languagesOf(run, heard);
  const container = request.container ?? outputContainer(info, request.keepOriginal);
  if (container === 'mov' && info.container === 'mp4' && request.container === undefined) {
    run.warn(
      'mux.container_changed',
      'An MP4 file cannot hold the original PCM sound, so the result is a MOV file.',
    );
  }
  return run.stage('mux', async (progress) => {
    const result = await host.media.mux(
      {
        source: request.input,
        info,
        dub,
        track: track.index,
        targetLanguage: request.target,
        sourceLanguage: languages.source,
        keepOriginal: request.keepOriginal,
        container,
      },
      signal,
      progress,
    );
    for (const dropped of result.dropped) run.warn(droppedCode(dropped), dropped.reason);
    const { seconds } = await host.media.probe(result.file, signal);
    return [{ file: result.file, seconds, languages }, { model: null }];
  });
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
