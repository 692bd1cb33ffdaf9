import type { DubRequest, VoiceChoice } from '@octavia/pipeline/job';
import type { MediaInfo } from '@octavia/pipeline/media-types';
import { plan } from '@octavia/pipeline/plan/plan';
import type { Plan } from '@octavia/pipeline/plan/types';
import { catalogue, offeredVoices, unserved } from '$lib/catalogue.ts';
import type { DubOrder, Refusal, SubtitlesInfo } from '$lib/host/protocol.ts';
import { refusalOf, type PipelineBridge, type Survey } from './bridge.ts';
import { readTerms, type Terms } from './terms.ts';

interface OwnSubtitles {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly info: SubtitlesInfo;
}

/** What the user is putting together before pressing Dub. */
export class Draft {
  file = $state.raw<File>();
  media = $state.raw<MediaInfo>();
  subtitles = $state.raw<OwnSubtitles>();
  problem = $state.raw<Refusal>();
  /** A file or subtitles are being looked at. */
  reading = $state(false);
  target = $state('es');
  source = $state('auto');
  onlyHere = $state(true);
  audioTrack = $state<number>();
  background = $state<DubRequest['background']>('duck');
  keepOriginal = $state(true);
  voice = $state('match');
  terms = $state('');
  #survey = $state.raw<Survey>();
  readonly #bridge: PipelineBridge;

  constructor(bridge: PipelineBridge) {
    this.#bridge = bridge;
  }

  /** Why these languages cannot be served, said before the start. */
  readonly gap = $derived.by(() => {
    const { target, source, subtitles } = this;
    return unserved({ target, source, subtitles: subtitles?.info }, this.#survey?.installed);
  });

  readonly plan: Plan | undefined = $derived.by(() => {
    if (this.file === undefined || this.media === undefined || this.#survey === undefined) return undefined;
    const { seconds, video, audio } = this.media;
    const track = audio[this.audioTrack ?? 0];
    const speech = this.subtitles?.info.speechSeconds;
    const job = {
      seconds,
      bytes: this.file.size,
      videoCodec: video?.codec,
      ...(track && { sampleRate: track.sampleRate, channels: track.channels }),
      ...(speech !== undefined && { speechSeconds: speech }),
      source: this.source,
      target: this.target,
      pack: 'auto' as const,
      subtitles: this.#subtitlesKind(),
      onlyOnThisDevice: this.onlyHere,
    };
    return plan(job, this.#survey.device, { catalogue, installed: this.#survey.installed, cloud: undefined });
  });

  /** Takes a video or sound, and subtitles when one of the files is; the last of each counts. */
  async take(files: readonly File[]): Promise<void> {
    const subtitles = files.findLast(({ name }) => /\.(srt|vtt)$/i.test(name));
    this.problem = undefined;
    const media = files.findLast((file) => file !== subtitles && !/\.(srt|vtt)$/i.test(file.name));
    if (media !== undefined) await this.#guard(() => this.#takeMedia(media));
    if (subtitles !== undefined) await this.#guard(() => this.#takeSubtitles(subtitles));
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
    const terms: Terms = readTerms(this.terms);
    return {
      jobId: crypto.randomUUID(),
      inputName: file.name,
      source: this.source,
      target: this.target,
      pack: 'auto',
      ...(this.audioTrack !== undefined && { audioTrack: this.audioTrack }),
      ...(this.subtitles !== undefined && { subtitles: ownSubtitles(this.subtitles) }),
      voice: this.#voiceChoice(),
      background: this.background,
      keepOriginal: this.keepOriginal,
      device: 'auto',
      ...terms,
    };
  }

  async #takeMedia(file: File): Promise<void> {
    this.file = file;
    this.media = undefined;
    this.audioTrack = undefined;
    if (file.size === 0) {
      this.problem = { code: 'input.empty' };
      return;
    }
    this.media = await this.#bridge.call((worker) => worker.inspect(file));
    if (this.media.audio.length === 0) this.problem = { code: 'input.no_audio' };
    this.#survey = await this.#bridge.survey();
  }

  async #takeSubtitles(file: File): Promise<void> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const info = await this.#bridge.call((worker) => worker.inspectSubtitles(file.name, bytes));
    this.subtitles = { name: file.name, bytes, info };
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    this.reading = true;
    try {
      await work();
    } catch (thrown) {
      this.problem = refusalOf(thrown);
    } finally {
      this.reading = false;
    }
  }

  /** A voice that was picked for another language does not count. */
  #voiceChoice(): VoiceChoice {
    const known = offeredVoices(this.target).some(({ voice }) => voice.id === this.voice);
    return known ? { kind: 'preset', id: this.voice } : { kind: 'match' };
  }

  #subtitlesKind(): 'none' | 'source' | 'target' {
    if (this.subtitles === undefined) return 'none';
    const { language } = this.subtitles.info;
    return language?.split('-')[0] === this.target.split('-')[0] ? 'target' : 'source';
  }
}

function ownSubtitles({ name, bytes, info }: OwnSubtitles): NonNullable<DubOrder['subtitles']> {
  return { name, bytes, ...(info.language !== undefined && { language: info.language }) };
}
