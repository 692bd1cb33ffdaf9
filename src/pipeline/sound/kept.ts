import { OctaviaError } from '../errors.ts';
import type { Store } from '../ports.ts';
import { decodeBlock, encodeBlock, type BlockFormat } from './block.ts';
import type { Sound } from '../media-types.ts';
import { recent } from './recent.ts';
import type { Planes } from './sound.ts';

/** Seconds of sound in a block: 2 MB of stereo at 48 kHz and 16 bits. */
const BLOCK_SECONDS = 10;
/** How many decoded blocks of one sound are kept for the next reader. */
const HELD = 3;

/** Description of a sound in the store. */
export interface Shape {
  readonly sampleRate: number;
  readonly channels: number;
  readonly format: BlockFormat;
}

type Blocks = Pick<Store, 'get' | 'put' | 'delete'>;

/** Written last: where there is none, the sound is not whole. */
interface Index<T> {
  readonly shape: Shape;
  readonly frames: number;
  readonly blockFrames: number;
  readonly told: T;
}

/** A change to each block of a sound before it is kept; blocks last ten seconds. */
export interface ByBlock {
  /** Channels of the result. */
  readonly channels: number;
  readonly change: (planes: Planes) => Planes;
}

/** Takes a sound piece by piece. Errors: `storage.full|failed`. */
export interface SoundWriter {
  /** Any number of samples, in order. */
  write(planes: Planes): Promise<void>;
}

/**
 * The sound under a key, made when it is not there: `<key>/index.json` and `<key>/<number>.pcm`.
 * @param make writes the sound; what it returns is kept with it, as plain data
 */
export async function keptSound<T>(
  store: Blocks,
  key: string,
  make: (start: (shape: Shape, change?: ByBlock) => SoundWriter) => Promise<T>,
  blockSeconds = BLOCK_SECONDS,
): Promise<{ sound: Sound; told: T }> {
  const known = await store.get(`${key}/index.json`);
  if (known !== undefined) {
    const index = JSON.parse(new TextDecoder().decode(known)) as Index<T>;
    return { sound: reader(store, key, index), told: index.told };
  }
  let writer: BlockWriter | undefined;
  const told = await make(
    (shape, change) => (writer = new BlockWriter({ store, key, shape, change, blockSeconds })),
  );
  if (writer === undefined) throw new OctaviaError('internal', 'A sound was made that nobody began.');
  const index: Index<T> = { ...(await writer.end()), told };
  await store.put(`${key}/index.json`, new TextEncoder().encode(JSON.stringify(index)));
  return { sound: reader(store, key, index), told };
}

const blockKey = (key: string, number: number): string => `${key}/${String(number).padStart(6, '0')}.pcm`;

interface Destination {
  readonly store: Blocks;
  readonly key: string;
  readonly shape: Shape;
  readonly change: ByBlock | undefined;
  readonly blockSeconds: number;
}

class BlockWriter implements SoundWriter {
  readonly #to: Destination;
  readonly #blockFrames: number;
  #block: Float32Array[];
  #filled = 0;
  #blocks = 0;

  constructor(to: Destination) {
    const { shape, blockSeconds } = to;
    this.#to = to;
    this.#blockFrames = Math.round(blockSeconds * shape.sampleRate);
    this.#block = Array.from({ length: shape.channels }, () => new Float32Array(this.#blockFrames));
  }

  async write(planes: Planes): Promise<void> {
    const length = planes[0]?.length ?? 0;
    for (let from = 0; from < length;) {
      const count = Math.min(length - from, this.#blockFrames - this.#filled);
      this.#block.forEach((samples, channel) => {
        samples.set(planes[channel]!.subarray(from, from + count), this.#filled);
      });
      from += count;
      this.#filled += count;
      if (this.#filled === this.#blockFrames) await this.#put();
    }
  }

  async end(): Promise<Omit<Index<never>, 'told'>> {
    const frames = this.#blocks * this.#blockFrames + this.#filled;
    if (this.#filled > 0) {
      this.#block = this.#block.map((samples) => samples.subarray(0, this.#filled));
      await this.#put();
    }
    const { shape, change } = this.#to;
    const channels = change?.channels ?? shape.channels;
    return { shape: { ...shape, channels }, frames, blockFrames: this.#blockFrames };
  }

  async #put(): Promise<void> {
    const { store, key, shape, change } = this.#to;
    const planes = change?.change(this.#block) ?? this.#block;
    await store.put(blockKey(key, this.#blocks), encodeBlock(planes, shape.format));
    this.#blocks += 1;
    this.#filled = 0;
  }
}

function reader(store: Blocks, key: string, { shape, frames, blockFrames }: Index<unknown>): Sound {
  const fetch = async (number: number): Promise<Float32Array[]> => {
    const bytes = await store.get(blockKey(key, number));
    const planes = bytes && decodeBlock(bytes);
    const length = Math.min(blockFrames, frames - number * blockFrames);
    if (planes?.length === shape.channels && planes[0]?.length === length) return planes;
    // So that the next try makes it anew.
    await store.delete(key);
    throw new OctaviaError(
      'storage.failed',
      'Part of the decoded sound is gone or damaged. Start the job again.',
    );
  };

  const block = recent(HELD, fetch);

  return {
    sampleRate: shape.sampleRate,
    channels: shape.channels,
    frames,
    async read(from, to) {
      const planes = Array.from({ length: shape.channels }, () => new Float32Array(Math.max(0, to - from)));
      const [first, last] = [Math.max(0, from), Math.min(frames, to)];
      for (let at = first; at < last;) {
        const number = Math.floor(at / blockFrames);
        const begin = number * blockFrames;
        const end = Math.min(last, begin + blockFrames);
        const source = await block(number);
        planes.forEach((plane, channel) => {
          plane.set(source[channel]!.subarray(at - begin, end - begin), at - from);
        });
        at = end;
      }
      return planes;
    },
  };
}
