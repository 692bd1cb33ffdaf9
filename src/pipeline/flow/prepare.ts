import type { ModelEntry } from '../catalogue.ts';
import { chooseModel, onDevice, requireModel, sameLanguage } from '../choose.ts';
import { OctaviaError } from '../errors.ts';
import type { DubRequest, ListenRequest } from '../job.ts';
import type { Cue, MediaInfo } from '../media-types.ts';
import { predict } from '../plan/predict.ts';
import type { Host } from '../ports.ts';
import type { StageName, Warning } from '../report.ts';
import { detectLanguage } from '../subtitles/language.ts';
import { readSubtitles } from '../subtitles/read.ts';
import type { ListenModels } from './listen.ts';

/** The user's own subtitles, read. */
export interface OwnText {
  readonly cues: readonly Cue[];
  /** BCP-47, as given or as found in the text. */
  readonly language: string;
  /** Whether it can be spoken as it is, or has to be translated. */
  readonly kind: 'source' | 'target';
  /** Set when the language was found from the text, 0…1. */
  readonly confidence: number | undefined;
  readonly warnings: readonly Warning[];
}

/** Every model a dub will use, chosen before any work starts: what is missing is said at once. */
export interface DubModels extends ListenModels {
  /** Absent when the text is in the target language already. */
  readonly translate: ModelEntry | undefined;
  readonly synthesise: ModelEntry;
  readonly stretch: ModelEntry;
}

/** Reads the subtitles that came with the request. Errors: `subtitles.*`. */
export function readOwnText(request: ListenRequest & { readonly target?: string }): OwnText | undefined {
  if (request.subtitles === undefined) return undefined;
  const { name, bytes, language: given } = request.subtitles;
  const { cues, warnings } = readSubtitles(name, bytes);
  const found = given === undefined ? detectLanguage(cues.map(({ text }) => text).join('\n')) : undefined;
  const language = given ?? found?.language ?? (request.source === 'auto' ? 'en' : request.source);
  const assumed: Warning = {
    code: 'language.assumed',
    message: `The language of ${name} could not be told; ${language} is assumed.`,
  };
  return {
    cues,
    language,
    kind: request.target !== undefined && sameLanguage(language, request.target) ? 'target' : 'source',
    confidence: found?.confidence,
    warnings: given === undefined && found === undefined ? [...warnings, assumed] : warnings,
  };
}

/** Errors: `language.unrecognised`, `model.missing`. */
export async function chooseListenModels(
  host: Host,
  request: ListenRequest,
  own: OwnText | undefined,
): Promise<ListenModels> {
  const vad = onDevice(await requireModel(host, request.pack, 'vad'), request.device);
  if (own !== undefined) return { vad, recognise: undefined };
  const source = request.source === 'auto' ? {} : { source: request.source };
  const recognise = await chooseModel(host, request.pack, 'recognise', source);
  if (recognise === undefined) {
    throw new OctaviaError(
      'language.unrecognised',
      `Spoken "${request.source}" is not understood by what is installed. Give subtitles, or install another pack.`,
    );
  }
  return { vad, recognise: onDevice(recognise, request.device) };
}

/** Errors: `language.unsupported`, `language.unrecognised`, `language.pair_unavailable`, `model.missing`. */
export async function chooseModels(
  host: Host,
  request: DubRequest,
  own: OwnText | undefined,
): Promise<DubModels> {
  const { pack, target } = request;
  const synthesise = await chooseModel(host, pack, 'synthesise', { target });
  if (synthesise === undefined)
    throw new OctaviaError('language.unsupported', `It was asked for "${target}".`);
  const listening = await chooseListenModels(host, request, own);
  const spoken =
    own?.language ??
    (request.source === 'auto' ? listening.recognise?.languages.source?.[0] : request.source);
  const source = spoken ?? 'en';
  const stretch = await requireModel(host, pack, 'stretch');
  if (sameLanguage(source, target)) return { ...listening, translate: undefined, synthesise, stretch };
  const translate = await chooseModel(host, pack, 'translate', { source, target });
  if (translate === undefined) {
    throw new OctaviaError(
      'language.pair_unavailable',
      `${source} to ${target} needs a larger pack, or subtitles in ${target}.`,
    );
  }
  return { ...listening, translate: onDevice(translate, request.device), synthesise, stretch };
}

/** Seconds per stage for the progress bar; the relative weights matter, the clock corrects the rest. */
export function expectedSeconds(
  host: Host,
  request: ListenRequest & Partial<Pick<DubRequest, 'target'>>,
  info: MediaInfo,
  own: OwnText | undefined,
): Readonly<Partial<Record<StageName, number>>> {
  const target = request.target ?? own?.language ?? 'en';
  const job = {
    seconds: info.seconds,
    bytes: request.input.bytes,
    videoCodec: info.video?.codec,
    source: request.source,
    target,
    pack: request.pack,
    subtitles: own?.kind ?? 'none',
    onlyOnThisDevice: true,
  } as const;
  const device = {
    kind: 'machine',
    cores: 2,
    memoryBytes: undefined,
    freeStorageBytes: undefined,
    webgpu: undefined,
    workloadFactor: undefined,
  } as const;
  return predict(job, device, { catalogue: host.catalogue, installed: new Set(), cloud: undefined }).stages;
}
