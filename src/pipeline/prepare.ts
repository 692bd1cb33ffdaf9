import type { ModelEntry } from './catalogue.ts';
import {
  chooseModel,
  draftsInto,
  installedCloner,
  installedModel,
  onDevice,
  requireModel,
} from './choose.ts';
import { OctaviaError } from './errors.ts';
import type { DubRequest, ListenRequest } from './job.ts';
import { SURE_LANGUAGE } from './language/detect.ts';
import { toldLanguage } from './language/told.ts';
import { sameLanguage } from './language/tags.ts';
import type { Cue, MediaInfo } from './media-types.ts';
import { predict } from './plan/predict.ts';
import type { Host } from './ports.ts';
import type { StageName, Warning } from './report.ts';
import { readSubtitles } from './subtitles/read.ts';

/** The user's own subtitles, read. */
export interface OwnText {
  readonly cues: readonly Cue[];
  /** BCP-47, as given or as detected in the text. */
  readonly language: string;
  /** Whether it can be spoken directly or has to be translated. */
  readonly kind: 'source' | 'target';
  /** Set when the language was detected from the text, 0…1. */
  readonly confidence: number | undefined;
  readonly warnings: readonly Warning[];
}

/** The models chosen for the listening half of a job. */
export interface ListenModels {
  readonly vad: ModelEntry;
  /** Absent when the user's own subtitles replace it. */
  readonly recognise: ModelEntry | undefined;
  /** The models that tell speakers apart, where installed: who speaks within ten seconds, and what a voice is like. */
  readonly diarise: ModelEntry | undefined;
  readonly embed: ModelEntry | undefined;
}

/** Every model a dub will use, chosen before any work starts, so that a missing one is reported at once. */
export interface DubModels extends ListenModels {
  /** Absent when the text is already in the target language, or its language is not known yet. */
  readonly translate: ModelEntry | undefined;
  readonly synthesise: ModelEntry;
  readonly stretch: ModelEntry;
  /** Absent when the background should not be kept, or no installed model can remove the voice from it. */
  readonly separate: ModelEntry | undefined;
  /** Absent when no voice should be cloned, or no installed model can. */
  readonly cloning: CloneModels | undefined;
}

/** The models for cloning voices. */
export interface CloneModels {
  readonly clone: ModelEntry;
  /** Checks what was said, where a recogniser for the language is installed. */
  readonly listen: ModelEntry | undefined;
  /** Removes the background from a reference, where one is installed. */
  readonly separate: ModelEntry | undefined;
}

/**
 * Reads the subtitles that came with the request. The language the user states counts; a language detected from a few
 * words does not override the spoken and the target language.
 * Errors: `subtitles.*`.
 * @param frameRate of the video, for times that count frames
 */
export function readOwnText(
  request: ListenRequest & { readonly target?: string },
  frameRate?: number,
): OwnText | undefined {
  if (request.subtitles === undefined) return undefined;
  const { name, bytes, language: given } = request.subtitles;
  const expected = [request.source, request.target].filter(
    (tag): tag is string => tag !== undefined && tag !== 'auto',
  );
  const wanted = expected.toReversed();
  const { cues, warnings } = readSubtitles(name, bytes, { language: given, wanted, frameRate });
  if (given !== undefined) return ownText(request, cues, { language: given }, warnings);
  const told = toldLanguage(cues.map(({ text }) => text).join('\n'), expected);
  const found = told ?? { language: 'en', confidence: 0 };
  if (found.confidence >= SURE_LANGUAGE) return ownText(request, cues, found, warnings);
  const unsure: Warning = {
    code: 'language.assumed',
    message: `The text of ${name} is too short to tell its language; ${found.language} is assumed. If that is wrong, say which one it is.`,
  };
  return ownText(request, cues, found, [...warnings, unsure]);
}

function ownText(
  { target }: { readonly target?: string },
  cues: readonly Cue[],
  { language, confidence }: { readonly language: string; readonly confidence?: number },
  warnings: readonly Warning[],
): OwnText {
  const kind = sameLanguage(language, target) ? 'target' : 'source';
  return { cues, language, kind, confidence, warnings };
}

/** Errors: `language.unrecognised`, `model.missing`. */
export async function chooseListenModels(
  host: Host,
  request: ListenRequest,
  own: OwnText | undefined,
): Promise<ListenModels> {
  const vad = onDevice(await requireModel(host, request.pack, 'vad'), request.device);
  const speakers = await chooseSpeakerModels(host, request);
  if (own !== undefined) return { vad, recognise: undefined, ...speakers };
  const source = request.source === 'auto' ? {} : { source: request.source };
  const recognise = await chooseModel(host, request.pack, 'recognise', source);
  if (recognise === undefined) {
    throw new OctaviaError(
      'language.unrecognised',
      `No installed model understands spoken "${request.source}". Provide subtitles, or install another pack.`,
    );
  }
  return { vad, recognise: onDevice(recognise, request.device), ...speakers };
}

/** Both models that tell speakers apart, or neither: one is useless without the other. */
async function chooseSpeakerModels(
  host: Host,
  { pack, device }: ListenRequest,
): Promise<Pick<ListenModels, 'diarise' | 'embed'>> {
  const diarise = await installedModel(host, pack, 'diarise');
  const embed = diarise && (await installedModel(host, pack, 'embed'));
  if (embed === undefined) return { diarise: undefined, embed: undefined };
  return { diarise: onDevice(diarise, device), embed: onDevice(embed, device) };
}

/**
 * Errors: `language.unsupported`, `language.unrecognised`, `language.pair_unavailable`, `model.missing`. A spoken
 * language still to be detected is assumed to be one the recogniser understands; see {@link chooseTranslation}.
 */
export async function chooseModels(
  host: Host,
  request: DubRequest,
  own: OwnText | undefined,
): Promise<DubModels> {
  const { pack, target, device } = request;
  if (request.voice.kind === 'clone' && request.consent === undefined) {
    throw new OctaviaError(
      'policy.consent_required',
      'Confirm that every speaker agrees, or choose another voice.',
    );
  }
  const synthesise = await chooseModel(host, pack, 'synthesise', { target });
  if (synthesise === undefined) throw new OctaviaError('language.unsupported', `"${target}" was requested.`);
  const listening = await chooseListenModels(host, request, own);
  const spoken =
    own?.language ?? (request.source === 'auto' ? onlyLanguage(listening.recognise) : request.source);
  const stretch = await requireModel(host, pack, 'stretch');
  const translate =
    spoken === undefined ? undefined : await chooseTranslation(host, request, spoken, listening.recognise);
  const separator = onDevice(await installedModel(host, pack, 'separate'), device);
  const separate = request.background === 'keep' ? separator : undefined;
  const clone =
    request.voice.kind === 'clone' ? onDevice(await installedCloner(host, pack, target), device) : undefined;
  const listen = onDevice(await installedModel(host, pack, 'recognise', { source: target }), device);
  const cloning = clone && { clone, listen, separate: separator };
  return { ...listening, translate, synthesise: onDevice(synthesise, device), stretch, separate, cloning };
}

/** The language of a recogniser that understands only one; undefined when it understands several. */
function onlyLanguage(model: ModelEntry | undefined): string | undefined {
  const [first, ...others] = model?.languages.source ?? [];
  return others.every((other) => sameLanguage(other, first ?? other)) ? first : undefined;
}

/**
 * The model that translates from the spoken language; undefined when that is already the target. Without an installed
 * translator for the pair, it is the recogniser, if that drafts into the target.
 * Errors: `language.pair_unavailable`, `model.missing`.
 */
export async function chooseTranslation(
  host: Host,
  { pack, target, device }: DubRequest,
  source: string,
  hears: ModelEntry | undefined,
): Promise<ModelEntry | undefined> {
  if (sameLanguage(source, target)) return undefined;
  if (hears !== undefined && draftsInto(hears, target)) {
    return onDevice(await installedModel(host, pack, 'translate', { source, target }), device) ?? hears;
  }
  const translate = await chooseModel(host, pack, 'translate', { source, target });
  if (translate !== undefined) return onDevice(translate, device);
  throw new OctaviaError(
    'language.pair_unavailable',
    `${source} to ${target} needs a larger pack, or subtitles in ${target}.`,
  );
}

/** Seconds per stage for the progress bar; the relative weights matter, the clock corrects the rest. */
export function expectedSeconds(
  host: Host,
  request: ListenRequest & Partial<Pick<DubRequest, 'target' | 'background'>>,
  info: MediaInfo,
  own: OwnText | undefined,
  models: ListenModels,
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
    background: request.background ?? 'duck',
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
  const installed = new Set(
    Object.values(models).flatMap((model: ModelEntry | CloneModels | undefined) =>
      model !== undefined && 'id' in model ? [model.id] : [],
    ),
  );
  return predict(job, device, { catalogue: host.catalogue, installed, cloud: undefined }).stages;
}
