import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { outputName } from '@octavia/pipeline/media/container';

const ROOT = new URL('../..', import.meta.url).pathname;

it('the dub that the README shows has its file, and the place of its result is free', () => {
  const readme = readFileSync(`${ROOT}/README.md`, 'utf8');
  const [, input = '', target = ''] = /octavia -- dub (\S+) --to (\S+)/.exec(readme) ?? [];
  const tracked = execFileSync('git', ['ls-files', 'static/sample'], { cwd: ROOT, encoding: 'utf8' }).split(
    '\n',
  );
  expect(tracked).toContain(input);
  expect(tracked).not.toContain(`static/sample/${outputName(input, target, 'mp4')}`);
});
