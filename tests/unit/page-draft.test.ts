import { OctaviaError } from '@octavia/pipeline/errors';
import type { MediaInfo } from '@octavia/pipeline/media-types';
import { describe, expect, it } from 'vitest';
import { EVERY, SHIPPED } from '../../src/lib/catalogue.ts';
import type { StudioBridge, Survey } from '../../src/lib/studio/bridge.ts';
import { Draft } from '../../src/lib/studio/draft.svelte.ts';

const MINUTE: MediaInfo = {
  container: 'mp4',
  seconds: 60,
  video: undefined,
  audio: [
    {
      index: 0,
      codec: 'aac',
      sampleRate: 48_000,
      channels: 2,
      language: 'eng',
      title: undefined,
      isDefault: true,
    },
  ],
  subtitles: 0,
  chapters: 0,
};
const HOURS: MediaInfo = { ...MINUTE, seconds: 3 * 3600 };

const SURVEY: Survey = {
  light: false,
  device: {
    kind: 'tab',
    cores: 4,
    memoryBytes: 8 * 2 ** 30,
    freeStorageBytes: 2 ** 40,
    webgpu: undefined,
    workloadFactor: 1,
  },
  shipped: SHIPPED,
};

const VIDEO = new File(['0123456789'], 'talk.mp4');
const subtitles = (name = 'talk.srt') => new File(['1'], name);

interface Setting {
  readonly media?: MediaInfo;
  readonly language?: string;
  readonly installed?: ReadonlySet<string>;
  readonly cloud?: boolean;
  readonly bridge?: Partial<StudioBridge>;
}

/** A draft on a device with the starter, whose files are what `media` and `language` say. */
function draft({ media = MINUTE, language = 'es', installed = SHIPPED, cloud, bridge = {} }: Setting = {}) {
  const asked: string[] = [];
  let present = false;
  const inReach = {
    get present() {
      return present;
    },
    look() {
      asked.push('look');
      present = cloud === true;
      return Promise.resolve();
    },
    expectedUpload: () => ({ uploadBytesPerSecond: 1e6 }),
  };
  const worker = {
    inspect: () => Promise.resolve(media),
    inspectSubtitles: () => Promise.resolve({ language, lines: 3, speechSeconds: 20 }),
    survey: () => Promise.resolve(SURVEY),
    ...bridge,
  } as StudioBridge;
  const made = new Draft(
    worker,
    { installed },
    cloud === undefined ? undefined : inReach,
    () => '2026-01-01T00:00:00Z',
  );
  return { draft: made, asked };
}

describe('files that are chosen', () => {
  it('are looked at: the last video and the last subtitles count, in whatever order they come', async () => {
    const { draft: it } = draft();
    const taking = it.take([subtitles('old.srt'), new File(['1'], 'old.mp4'), subtitles('talk.VTT'), VIDEO]);
    expect(it.reading).toBe(true);
    await taking;
    expect([it.file, it.subtitles?.name, it.media, it.reading]).toEqual([VIDEO, 'talk.VTT', MINUTE, false]);
    expect(it.plan?.where).toBe('here');
    it.clear();
    expect([it.file, it.subtitles, it.plan]).toEqual([undefined, undefined, undefined]);
  });

  it('that cannot be used say why', async () => {
    const unreadable = () => Promise.reject(new OctaviaError('input.not_media', 'A text.'));
    const { draft: it } = draft({ bridge: { inspect: unreadable } });
    await it.take([VIDEO]);
    expect(it.problem).toEqual({ code: 'input.not_media', detail: 'A text.' });
    await it.take([new File([], 'nothing.mp4')]);
    expect(it.problem).toEqual({ code: 'input.empty' });
    const { draft: silent } = draft({ media: { ...MINUTE, audio: [] } });
    await silent.take([VIDEO]);
    expect(silent.problem).toEqual({ code: 'input.no_audio' });
  });

  it('as subtitles never take the place of the video, whatever their name is', async () => {
    const refused = () => Promise.reject(new OctaviaError('subtitles.unreadable'));
    const { draft: it } = draft({ bridge: { inspectSubtitles: refused } });
    await it.take([VIDEO]);
    await it.takeSubtitles(new File(['1'], 'poster.png'));
    expect(it.problem).toEqual({ code: 'subtitles.unreadable' });
    await it.take([new File(['1'], 'talk.srt.txt')]);
    expect([it.file, it.media, it.subtitles]).toEqual([VIDEO, MINUTE, undefined]);
  });

  it('do not take the place of one that was chosen after them', async () => {
    const first = Promise.withResolvers<MediaInfo>();
    const inspect = (file: File) => (file === VIDEO ? Promise.resolve(MINUTE) : first.promise);
    const { draft: it } = draft({ bridge: { inspect } });
    const slow = it.take([new File(['1'], 'slow.mp4')]);
    await it.take([VIDEO]);
    first.resolve(HOURS);
    await slow;
    expect([it.file, it.media]).toEqual([VIDEO, MINUTE]);
  });
});

describe('where a job goes', () => {
  it('stays open to the device alone while the switch is on, and the cloud is not asked', async () => {
    const { draft: it, asked } = draft({ media: HOURS, cloud: true });
    await it.take([VIDEO]);
    it.wanted = 'cloud';
    expect([it.where, it.hasCloud, asked]).toEqual(['here', false, []]);
  });

  it('is what the plan says once it is off, unless the user has chosen', async () => {
    const { draft: it, asked } = draft({ media: HOURS, cloud: true });
    await it.take([VIDEO]);
    await it.keepHere(false);
    expect([it.where, it.plan?.where, it.reachable, asked]).toEqual(['cloud', 'cloud', EVERY, ['look']]);
    it.wanted = 'here';
    expect(it.where).toBe('here');
    await it.keepHere(true);
    expect([it.where, it.wanted, asked]).toEqual(['here', undefined, ['look']]);
  });

  it('is the device where there is no cloud', async () => {
    for (const cloud of [false, undefined]) {
      const { draft: it } = draft({ media: HOURS, ...(cloud !== undefined && { cloud }) });
      await it.take([VIDEO]);
      await it.keepHere(false);
      expect([it.where, it.plan?.reason]).toEqual(['here', 'here.no_cloud']);
    }
  });
});

describe('languages', () => {
  it('that nothing here serves are named before the start, and subtitles may help', async () => {
    const { draft: it } = draft({ language: 'it' });
    it.target = 'it';
    expect(it.gap).toBe('language.pair_unavailable');
    await it.take([VIDEO, subtitles()]);
    expect(it.gap).toBeUndefined();
  });

  it('that only the cloud serves are no gap for a job that goes there', async () => {
    const { draft: it } = draft({ media: HOURS, cloud: true });
    it.target = 'it';
    await it.take([VIDEO]);
    await it.keepHere(false);
    it.wanted = 'cloud';
    expect(it.gap).toBeUndefined();
    it.wanted = 'here';
    expect(it.gap).toBe('language.pair_unavailable');
  });
});

describe('an order', () => {
  it('says what was chosen, and leaves open what was not', async () => {
    const { draft: it } = draft();
    await it.take([VIDEO, subtitles()]);
    it.terms = 'harbour = puerto\nOctavia';
    const { jobId, ...order } = it.order(VIDEO);
    expect(jobId).toMatch(/^[0-9a-f-]{36}$/);
    expect(order).toEqual({
      inputName: 'talk.mp4',
      device: 'auto',
      source: 'auto',
      target: 'es',
      pack: 'auto',
      subtitles: { name: 'talk.srt', bytes: new Uint8Array([49]) },
      voice: { kind: 'match' },
      background: 'duck',
      keepOriginal: true,
      glossary: { harbour: 'puerto' },
      doNotTranslate: ['Octavia'],
    });
  });

  it('has a cloned voice only where a model can clone, and consent with its time only when it was given', () => {
    const { draft: plain } = draft();
    plain.voice = 'clone';
    plain.consented = true;
    expect(plain.order(VIDEO)).toMatchObject({ voice: { kind: 'match' } });
    expect(plain.order(VIDEO).consent).toBeUndefined();

    const { draft: able } = draft({ installed: EVERY });
    able.voice = 'clone';
    expect([able.order(VIDEO).voice, able.order(VIDEO).consent]).toEqual([{ kind: 'clone' }, undefined]);
    able.consented = true;
    expect(able.order(VIDEO).consent).toEqual({ clonedVoices: true, at: '2026-01-01T00:00:00Z' });
  });

  it('drops a voice that was picked for another language', () => {
    const { draft: it } = draft();
    it.target = 'en';
    it.voice = it.voices[0]?.voice.id ?? '';
    expect(it.order(VIDEO).voice).toEqual({ kind: 'preset', id: it.voice });
    it.target = 'es';
    expect(it.order(VIDEO).voice).toEqual({ kind: 'match' });
  });
});
