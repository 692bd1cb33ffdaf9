import { describe, expect, it } from 'vitest';
import { Speed } from '../../src/lib/cloud/speed.ts';
import { expectedUpload, noteUpload } from '../../src/lib/cloud/upload-speed.ts';

function keeper() {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    values,
  };
}

describe('the speed by which an upload is planned', () => {
  it('is what earlier uploads achieved, the newest counting for a third or so', () => {
    const kept = keeper();
    noteUpload(1_000_000, kept);
    expect(expectedUpload(kept, { downlink: 1 })).toEqual({ uploadBytesPerSecond: 1_000_000 });
    noteUpload(2_000_000, kept);
    expect(expectedUpload(kept, undefined)).toEqual({ uploadBytesPerSecond: 1_300_000 });
    for (let i = 0; i < 30; i++) noteUpload(2_000_000, kept);
    expect(expectedUpload(kept, undefined).uploadBytesPerSecond).toBeCloseTo(2_000_000, -3);
  });

  it('is a guess from a slow line before any, and open where the browser tells nothing of use', () => {
    expect(expectedUpload(keeper(), { downlink: 1.5 })).toEqual({
      uploadBytesPerSecond: 187_500,
      uploadIsGuess: true,
    });
    for (const connection of [undefined, {}, { downlink: 0 }, { downlink: 10 }, { downlink: NaN }]) {
      expect(expectedUpload(keeper(), connection)).toEqual({});
    }
  });

  it('does not trip over what somebody else has written there', () => {
    for (const value of ['', 'fast', '-3', 'Infinity']) {
      const kept = keeper();
      noteUpload(5, kept);
      for (const key of kept.values.keys()) kept.setItem(key, value);
      expect(expectedUpload(kept, undefined)).toEqual({});
    }
  });
});

describe('the speed of one upload', () => {
  it('is taken over all of it, from where it went on', () => {
    const speed = new Speed();
    for (let second = 0; second <= 60; second++) speed.add(5e6 + second * 1e6, 100 + second);
    expect(speed.average).toBeCloseTo(1e6, 3);
    expect(speed.bytesPerSecond).toBeCloseTo(1e6, 3);
  });

  it('is not known from a moment or a few bytes', () => {
    const short = new Speed();
    expect(short.average).toBeUndefined();
    short.add(0, 0);
    short.add(50e6, 0.4);
    expect(short.average).toBeUndefined();
    const small = new Speed();
    small.add(0, 0);
    small.add(9_000, 3);
    expect(small.average).toBeUndefined();
  });
});
