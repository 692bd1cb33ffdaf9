import { damageIn, failure } from '@octavia/pipeline/media/failure';
import { describe, expect, it } from 'vitest';

describe("ffmpeg's last words", () => {
  it.each([
    ['file:/in/input0: Invalid data found when processing input', 'input.not_media'],
    [
      '[mov,mp4 @ 0x55d0]\nfile:/home/me/a b: c.mp4: Invalid data found when processing input',
      'input.not_media',
    ],
    ['av_interleaved_write_frame(): No space left on device', 'storage.full'],
  ])('name the fault and no place of the host: %s', (log, code) => {
    const { code: found, detail } = failure(log, 'media.failed');
    expect(found).toBe(code);
    expect(detail).not.toMatch(/0x|file:|\/in\/|\/home/);
    expect(detail).toMatch(/^(?:Invalid data found when processing input|.*No space left on device)$/);
  });

  it('tell damage without the place in memory', () => {
    expect(damageIn('[mp3 @ 0x7f00] Header missing')).toBe('Header missing');
    expect(damageIn('all is well')).toBeUndefined();
  });
});
