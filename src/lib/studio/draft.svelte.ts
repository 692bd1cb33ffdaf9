import { compact } from '@octavia/pipeline/compact';
import { DEFAULTS, type Choices, type DubWish, type VoiceChoice } from '@octavia/pipeline/wish';
import { bestHere, clonerHere, type Here } from '@octavia/pipeline/choose';
import { sameLanguage } from '@octavia/pipeline/language/tags';
import type { MediaInfo } from '@octavia/pipeline/media-types';
import type { LanguageChoice } from '@octavia/pipeline/offers';
import { plan } from '@octavia/pipeline/plan/plan';
import type { Plan, PlanHere } from '@octavia/pipeline/plan/types';
import { isSubtitleName } from '@octavia/pipeline/subtitles/names';
import { catalogue, EVERY, offeredVoices, SHIPPED, trulyHere, unserved } from '$lib/catalogue.ts';
import type { DubOrder, SubtitlesInfo } from '$lib/host/protocol.ts';
import type { StudioBridge, Survey } from './bridge.ts';
import { problemOf } from '$lib/ui/messages.ts';
import type { Problem } from '$lib/ui/messages.ts';
import { readTerms } from './terms.ts';

interface OwnSubtitles {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly info: SubtitlesInfo;
}

/** What a draft needs to know about the packs. */
interface PacksHere {
  /** Ids of the models that were fetched or come with Octavia. */
  readonly installed: ReadonlySet<string>;
}

/** What a draft needs to know about the cloud. */
interface CloudInReach {
  /** Whether there is one, as far as known. */
  readonly present: boolean;
  /** Asks whether there is one. */
  look(): Promise<void>;
  /** How fast an upload will go, as far as known. */
  expectedUpload(): NonNullable<PlanHere['cloud']>;
}

const isoNow = (): string => new Date().toISOString();

/** What the user is putting together before pressing Dub. */
export class Draft {
  file = $state.raw<File>();
  media = $state.raw<MediaInfo>();
  subtitles = $state.raw<OwnSubtitles>();
  problem = $state.raw<Problem>();
  /** A file or subtitles are being read. */
  reading = $state(false);
  target = $state('es');
  source = $state<string>(DEFAULTS.source);
  /** Absolute: while it is on, nothing is asked of the cloud and nothing is sent. */
  onlyHere = $state(true);
  /** Where the user wants it done; the plan decides when undefined. */
  wanted = $state<Plan['where']>();
  audioTrack = $state<number>();
  background = $state<DubWish['background']>(DEFAULTS.background);
  keepOriginal = $state<boolean>(DEFAULTS.keepOriginal);
  voice = $state('match');
  /** The user confirms that the speakers agree to have their voices cloned. */
  consented = $state(false);
  terms = $state('');
  #survey = $state.raw<Survey>();
  readonly #bridge: StudioBridge;
  readonly #packs: PacksHere;
  readonly #cloud: CloudInReach | undefined;
  readonly #now: () => string;

  /**
   * @param cloud undefined where every job stays on the device
   * @param now in ISO 8601
   */
  constructor(bridge: StudioBridge, packs: PacksHere, cloud?: CloudInReach, now = isoNow) {
    this.#bridge = bridge;
    this.#packs = packs;
    this.#cloud = cloud;
    this.#now = now;
  }

  /** Ids of the installed models, as far as known. */
  readonly installed = $derived.by(() => trulyHere(this.#packs.installed, this.#survey?.shipped ?? SHIPPED));

  readonly languages: LanguageChoice = $derived({
    target: this.target,
    source: this.source,
    subtitles: this.subtitles?.info,
  });

  /** Whether this job may go to a cloud. */
  readonly hasCloud = $derived.by(() => !this.onlyHere && this.#cloud?.present === true);

  /** Where it will be done. */
  readonly where: Plan['where'] = $derived.by(() =>
    this.hasCloud ? (this.wanted ?? this.plan?.where ?? 'here') : 'here',
  );

  /** Flips the privacy switch; we ask whether there is a cloud only when it is turned off. */
  async keepHere(onlyHere: boolean): Promise<void> {
    this.onlyHere = onlyHere;
    this.wanted = undefined;
    if (!onlyHere) await this.#cloud?.look();
  }

  /** Ids of the models that a job may use, wherever it may go. */
  readonly reachable = $derived.by(() => (this.hasCloud ? EVERY : this.installed));

  /** Why these languages cannot be served, shown before the start. */
  readonly gap = $derived.by(() =>
    // We do not know what the cloud's machines have installed.
    unserved(this.languages, this.where === 'here' ? this.installed : EVERY),
  );

  /** Voices that can be chosen by name. */
  readonly voices = $derived.by(() => offeredVoices(this.target, this.#here));
  /** Whether a model that clones voices of the language is on this device. */
  readonly canClone = $derived.by(() => clonerHere(this.#here, 'auto', this.target) !== undefined);
  readonly cloning = $derived(this.canClone && this.voice === 'clone');
  /** Whether a model that removes speech from sound is on this device. */
  readonly canKeepBackground = $derived.by(() => bestHere(this.#here, 'auto', 'separate') !== undefined);

  readonly plan: Plan | undefined = $derived.by(() => {
    if (this.file === undefined || this.media === undefined || this.#survey === undefined) return undefined;
    const { seconds, video, audio } = this.media;
    const track = audio[this.audioTrack ?? 0];
    const speechSeconds = this.subtitles?.info.speechSeconds;
    const job = {
      seconds,
      bytes: this.file.size,
      videoCodec: video?.codec,
      ...compact({ sampleRate: track?.sampleRate, channels: track?.channels, speechSeconds }),
      source: this.source,
      target: this.target,
      pack: 'auto' as const,
      subtitles: this.#subtitlesKind(),
      background: this.background,
      onlyOnThisDevice: this.onlyHere,
    };
    const cloud = this.hasCloud ? this.#cloud?.expectedUpload() : undefined;
    return plan(job, this.#survey.device, { ...this.#here, cloud });
  });

  /** Takes a video or sound file, and subtitles if there are any; the last of each counts. */
  async take(files: readonly File[]): Promise<void> {
    const subtitles = files.findLast(({ name }) => isSubtitleName(name));
    this.problem = undefined;
    const media = files.findLast(({ name }) => !isSubtitleName(name));
    if (media !== undefined) await this.#guard(() => this.#takeMedia(media));
    if (subtitles !== undefined) await this.#guard(() => this.#takeSubtitles(subtitles));
  }

  /** Takes a file as subtitles, whatever its name: the user chose it as such. */
  async takeSubtitles(file: File): Promise<void> {
    this.problem = undefined;
    await this.#guard(() => this.#takeSubtitles(file));
  }

  clear(): void {
    this.file = undefined;
    this.media = undefined;
    this.subtitles = undefined;
    this.problem = undefined;
    this.audioTrack = undefined;
  }

  /** The order for the pipeline. */
  order(file: File): DubOrder {
    const { glossary, doNotTranslate } = readTerms(this.terms);
    const choices = {
      source: this.source,
      target: this.target,
      pack: DEFAULTS.pack,
      audioTrack: this.audioTrack,
      subtitles: this.subtitles && ownSubtitles(this.subtitles),
      voice: this.#voiceChoice(),
      consent: this.cloning && this.consented ? { clonedVoices: true, at: this.#now() } : undefined,
      background: this.background,
      keepOriginal: this.keepOriginal,
      glossary,
      doNotTranslate,
      // Lines can be edited only once there is a dub.
      edits: undefined,
    } satisfies Choices<DubWish>;
    return { ...compact(choices), jobId: crypto.randomUUID(), inputName: file.name, device: 'auto' };
  }

  async #takeMedia(file: File): Promise<void> {
    this.file = file;
    this.media = undefined;
    this.audioTrack = undefined;
    if (file.size === 0) {
      this.problem = { code: 'input.empty' };
      return;
    }
    const media = await this.#bridge.inspect(file);
    // Another file has been chosen in the meantime.
    if (this.file !== file) return;
    this.media = media;
    if (media.audio.length === 0) this.problem = { code: 'input.no_audio' };
    this.#survey = await this.#bridge.survey();
  }

  async #takeSubtitles(file: File): Promise<void> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const info = await this.#bridge.inspectSubtitles(file.name, bytes, [this.target]);
    this.subtitles = { name: file.name, bytes, info };
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    this.reading = true;
    try {
      await work();
    } catch (thrown) {
      this.problem = problemOf(thrown);
    } finally {
      this.reading = false;
    }
  }

  /** A voice picked for another language does not count. */
  #voiceChoice(): VoiceChoice {
    if (this.cloning) return { kind: 'clone' };
    const known = this.voices.some(({ voice }) => voice.id === this.voice);
    return known ? { kind: 'preset', id: this.voice } : { kind: 'match' };
  }

  get #here(): Here {
    return { catalogue, installed: this.installed, light: this.#survey?.light ?? false };
  }

  #subtitlesKind(): 'none' | 'source' | 'target' {
    if (this.subtitles === undefined) return 'none';
    return sameLanguage(this.subtitles.info.language, this.target) ? 'target' : 'source';
  }
}

/** Their language is left to the pipeline, which says so where it is unsure. */
function ownSubtitles({ name, bytes }: OwnSubtitles): NonNullable<DubOrder['subtitles']> {
  return { name, bytes };
}
