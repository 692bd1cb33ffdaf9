import { canDub } from './able.ts';
import type { EmbedEvent, Look, Made } from './contract.ts';
import { filesFor, type Files } from './files.ts';
import type { Parameters } from './parameters.ts';
import { errorText, spokenBy, textsFor, type Texts } from './texts.ts';

/** What can be played: addresses of the dub, of the clip it was made from, and of its captions. */
export interface Playable {
  readonly made: Made;
  readonly dub: string;
  readonly original: string;
  readonly captions: string | undefined;
}

export type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly waits: boolean; readonly fraction: number; readonly bytes: number }
  | { readonly kind: 'playing'; readonly playable: Playable }
  | { readonly kind: 'failed'; readonly code: string };

/** One embed: what the site asked for, and its state. */
export class Embed {
  look = $state.raw() as Look;
  to: string = $state('');
  state: State = $state.raw({ kind: 'idle' });
  readonly able = canDub();
  /** The language of the interface; one of those with texts. */
  readonly lang = $derived.by(() => spokenBy(this.look.lang));
  readonly texts: Texts = $derived.by(() => textsFor(this.lang));
  readonly files: Files | undefined = $derived.by(() => this.#filesFor(this.to));
  /** Whether a dub can be made here, and whether the site provides one. */
  readonly canDub = $derived.by(
    () => this.files !== undefined && this.able && this.parameters.mode !== 'ready',
  );
  readonly canPlay = $derived.by(() => this.files?.ready !== undefined && this.parameters.mode !== 'here');
  readonly parameters: Parameters;
  readonly #base: string;
  readonly #tell: (event: EmbedEvent) => void;
  #stop: AbortController | undefined;
  #blobs: string[] = [];

  /** @param base address of this server @param tell passes an event to the surrounding page */
  constructor(parameters: Parameters, look: Look, base: string, tell: (event: EmbedEvent) => void) {
    this.parameters = parameters;
    this.#base = base;
    this.#tell = tell;
    this.look = look;
    this.to = parameters.to[0] ?? 'es';
  }

  /** Dubs on this machine. */
  async dub(): Promise<void> {
    const { files, to } = this;
    if (files === undefined) return;
    const { signal } = (this.#stop = new AbortController());
    this.#begin('here');
    try {
      const { dubHere } = await import('./work.ts');
      const { captionsOf } = await import('./captions.ts');
      const { from } = this.parameters;
      const { video, cues, original } = await dubHere({
        ...{ files, from, to, signal },
        onWait: () => (this.state = { kind: 'working', waits: true, fraction: 0, bytes: 0 }),
        onProgress: (fraction, bytes) => this.#progress(fraction, bytes),
      });
      if (signal.aborted) return;
      const [dub, source, captions] = [video, original, captionsOf(cues)].map((blob) => this.#address(blob));
      this.#play({ made: 'here', dub: dub ?? '', original: source ?? '', captions });
    } catch (thrown) {
      // A dub that the visitor stopped, or left for another one, has not failed.
      if (!signal.aborted) this.#fail(codeOf(thrown));
    }
  }

  /** Plays the dub that the site provides, stopping one in progress. */
  async playReady(): Promise<void> {
    const { files, to } = this;
    if (files?.ready === undefined) return;
    this.#stop?.abort();
    this.#begin('ready');
    this.#play({ made: 'ready', dub: files.ready, original: files.src, captions: undefined });
    const captions = await this.#captions(files).catch(() => undefined);
    const { state } = this;
    if (captions !== undefined && state.kind === 'playing' && this.to === to) {
      this.state = { ...state, playable: { ...state.playable, captions } };
    }
  }

  stop(): void {
    this.#stop?.abort();
    this.#reset();
  }

  choose(to: string): void {
    this.stop();
    this.to = to;
  }

  /** Tells the page that the interface is ready. */
  ready(): void {
    const { to, ignored, files } = this.parameters;
    this.#tell({ type: 'ready', languages: to, ignored });
    if (files === undefined) this.#fail('embed.parameters');
    else if (!this.canDub && !this.canPlay) this.#fail('embed.unable');
  }

  /** A video that the browser cannot show after all. */
  unplayable(): void {
    this.#fail(unreachable());
  }

  pressed(): void {
    this.#tell({ type: 'cta' });
  }

  #filesFor(to: string): Files | undefined {
    const { files } = this.parameters;
    return files && filesFor(files, to, this.#base);
  }

  #begin(made: Made): void {
    this.#reset();
    this.state = { kind: 'working', waits: false, fraction: 0, bytes: 0 };
    this.#tell({ type: 'start', to: this.to, made });
  }

  #progress(fraction: number, bytes: number): void {
    if (this.state.kind !== 'working') return;
    this.state = { kind: 'working', waits: false, fraction, bytes };
    this.#tell({ type: 'progress', fraction, bytes });
  }

  #play(playable: Playable): void {
    this.state = { kind: 'playing', playable };
    this.#tell({ type: 'done', to: this.to, made: playable.made });
  }

  #fail(code: string): void {
    this.#reset();
    this.state = { kind: 'failed', code };
    this.#tell({ type: 'error', code, message: errorText(this.texts, code) });
  }

  async #captions({ subtitles }: Files): Promise<string | undefined> {
    if (subtitles === undefined) return undefined;
    const [{ fetchFile }, { captionsFrom }] = await Promise.all([
      import('./clip.ts'),
      import('./captions.ts'),
    ]);
    const file = await fetchFile(subtitles, new AbortController().signal, () => undefined);
    return this.#address(await captionsFrom(file));
  }

  #address(blob: Blob): string {
    const address = URL.createObjectURL(blob);
    this.#blobs.push(address);
    return address;
  }

  #reset(): void {
    this.state = { kind: 'idle' };
    for (const address of this.#blobs.splice(0)) URL.revokeObjectURL(address);
  }
}

const unreachable = (): string => (navigator.onLine ? 'embed.unreachable' : 'embed.offline');

/** The stable code of an error; a failed script fetch has none. */
function codeOf(thrown: unknown): string {
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return thrown instanceof TypeError ? unreachable() : 'internal';
}
