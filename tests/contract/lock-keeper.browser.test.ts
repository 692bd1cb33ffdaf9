import { expect, it } from 'vitest';
import { browserLock } from '../../src/lib/host/lock-keeper.ts';

it('reads what is learned while others add to it', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `test/model@main/file-${i}`);
  let writing = true;
  const reads = async () => {
    let last = 0;
    while (writing) {
      const { files } = await browserLock.read();
      const known = names.filter((name) => name in files).length;
      expect(known).toBeGreaterThanOrEqual(last);
      last = known;
    }
  };
  const readers = Promise.all([reads(), reads(), reads()]);
  const writers = names.map((name, bytes) => browserLock.pin({ [name]: { bytes, sha256: 'ab' } }));
  await Promise.all(writers).finally(() => (writing = false));
  await readers;
  const { files } = await browserLock.read();
  expect(names.map((name) => files[name]?.bytes)).toEqual(names.map((_, i) => i));
});
