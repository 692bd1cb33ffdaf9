import { untrack } from 'svelte';
import { crossOriginOf } from './cross-origin.ts';

/** Addresses of the dubbed file, the source and the WebVTT subtitles, as far as they are available. */
export interface PlayerUrls {
  readonly dub: string;
  readonly original?: string | undefined;
  readonly captions?: string | undefined;
}

export type Listening = 'dub' | 'original';

/** Beyond this the two sounds are heard as separate: half the 80 ms of ITU-R BT.1359's detectability threshold. */
const DRIFT_SECONDS = 0.04;

/** Plays the dubbed file in sync with the source's sound, so that switching only changes which one is muted. */
export class Playback {
  listening = $state<Listening>('dub');
  playing = $state(false);
  time = $state(0);
  seconds = $state(0);
  muted = $state(false);
  /** The browser cannot show this kind of file. */
  failed = $state(false);
  #video: HTMLVideoElement | undefined;
  #original: HTMLAudioElement | undefined;

  /** Takes over the video element; returns a function that releases it. */
  attach(video: HTMLVideoElement, originalUrl: string | undefined): () => void {
    const original = originalUrl === undefined ? undefined : soundOf(originalUrl);
    this.#video = video;
    this.#original = original;
    // Called in an effect, which must not run again when the visitor listens to the other sound.
    untrack(() => this.#balance());
    return () => {
      video.pause();
      original?.pause();
      original?.removeAttribute('src');
      original?.load();
    };
  }

  readonly handlers = {
    onplay: (): void => {
      this.playing = true;
      this.#align();
      void this.#original?.play().catch(() => undefined);
    },
    onpause: (): void => {
      this.playing = false;
      this.#original?.pause();
      this.#align();
    },
    onseeking: (): void => this.#align(),
    ontimeupdate: (): void => {
      this.time = this.#video?.currentTime ?? 0;
      this.#align();
    },
    ondurationchange: (): void => {
      const seconds = this.#video?.duration ?? 0;
      this.seconds = Number.isFinite(seconds) ? seconds : 0;
    },
    onerror: (): void => {
      this.failed = true;
    },
  };

  listen(to: Listening): void {
    this.listening = to;
    this.#align();
    this.#balance();
  }

  toggle(): void {
    if (this.#video?.paused) void this.#video.play().catch(() => (this.playing = false));
    else this.#video?.pause();
  }

  mute(muted: boolean): void {
    this.muted = muted;
    this.#balance();
  }

  seek(seconds: number): void {
    if (!this.#video) return;
    this.#video.currentTime = seconds;
    this.time = seconds;
  }

  fullscreen(): void {
    void this.#video?.requestFullscreen().catch(() => undefined);
  }

  #balance(): void {
    if (this.#video) this.#video.muted = this.muted || this.listening !== 'dub';
    if (this.#original) this.#original.muted = this.muted || this.listening !== 'original';
  }

  #align(): void {
    if (!this.#video || !this.#original) return;
    const drift = Math.abs(this.#original.currentTime - this.#video.currentTime);
    if (drift > DRIFT_SECONDS) this.#original.currentTime = this.#video.currentTime;
  }
}

function soundOf(url: string): HTMLAudioElement {
  const sound = new Audio();
  // Must be set before the address, which starts the request.
  sound.crossOrigin = crossOriginOf(url) ?? null;
  sound.preload = 'auto';
  sound.src = url;
  return sound;
}
