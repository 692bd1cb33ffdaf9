/** Random choices that a seed repeats. */
export interface Random {
  /** 0…1, without 1. */
  (): number;
  /** 0…below, without `below`. */
  whole(below: number): number;
  of<T>(choices: readonly [T, ...T[]]): T;
  of<T>(choices: readonly T[]): T | undefined;
}

/** How many times as much as in CI is to be tried: `OCTAVIA_FUZZ=33 npx vitest run …`. */
export const FUZZ = Number(process.env['OCTAVIA_FUZZ'] ?? 1);

/** Mulberry32, by Tommy Ettinger: 32 bits of state are enough to find a failing case again. */
export function seeded(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (below: number) => Math.floor(next() * below);
  return Object.assign(next, {
    whole,
    of: <T>(choices: readonly T[]) => choices[whole(choices.length)] as T,
  });
}

/** A copy with some bytes changed, cut out, doubled or swapped for telling values. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let copy = new Uint8Array(bytes);
  for (let changes = 1 + random.whole(8); changes > 0 && copy.length > 8; changes--) {
    const at = random.whole(copy.length);
    const length = 1 + random.whole(Math.min(64, copy.length - at));
    switch (random.whole(5)) {
      case 0:
        copy[at] = random.whole(256);
        break;
      case 1:
        copy.fill(random.of([0, 0xff, 0x7f, 0x80]), at, at + random.of([1, 2, 4, 8]));
        break;
      case 2:
        copy = joined(copy.subarray(0, at), copy.subarray(at + length));
        break;
      case 3:
        copy = joined(copy.subarray(0, at + length), copy.subarray(at));
        break;
      default:
        copy.copyWithin(at, random.whole(copy.length), random.whole(copy.length));
    }
  }
  return copy;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}
