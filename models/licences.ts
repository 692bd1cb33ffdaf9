/**
 * Lists what Octavia is made of and under which licence, as a Markdown table: the packages that it installs, and the
 * models that it comes with or can fetch.
 *
 *   npm run -s licences > licences.md
 *   npm run -s sbom > sbom.json          the packages once more, as CycloneDX for other programs
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Catalogue } from '@octavia/pipeline';

const ROOT = resolve(import.meta.dirname, '..');

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly {
    readonly license?: { readonly id?: string; readonly name?: string };
    readonly expression?: string;
  }[];
}

function packages(): string[][] {
  const { workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    workspaces: string[];
  };
  const own = workspaces.map((folder) => basename(folder));
  const bill = execFileSync('npm', ['run', '--silent', 'sbom'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const { components } = JSON.parse(bill) as { components: readonly Component[] };
  return components
    .filter(({ name }) => !own.includes(name) && !name.startsWith('@octavia/'))
    .map(({ name, version, licenses = [] }) => {
      const said = licenses.map(
        ({ license, expression }) => expression ?? license?.id ?? license?.name ?? '',
      );
      return ['package', name, version, said.join(', ') || 'not stated'];
    });
}

function models(): string[][] {
  const catalogue = JSON.parse(readFileSync(join(ROOT, 'models', 'catalogue.json'), 'utf8')) as Catalogue;
  return catalogue.models.map(({ id, revision, licence }) => ['model', id, revision, licence.spdx]);
}

const rows = [['kind', 'name', 'version', 'licence'], ['-', '-', '-', '-'], ...packages(), ...models()];
process.stdout.write(`${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`);
