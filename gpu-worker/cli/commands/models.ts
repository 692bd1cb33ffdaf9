import { compact } from '@octavia/pipeline/compact';
import { command, UsageError } from '../call/arguments.ts';
import { importModels } from '../models/import.ts';
import { listModels } from '../models/list.ts';
import { pullModels } from '../models/pull.ts';
import { removeModelsByName } from '../models/remove.ts';
import { verifyModels } from '../models/verify.ts';
import { language } from '../call/values.ts';

/** What each action takes besides its name. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  list: ['json'],
  pull: ['from', 'to'],
  import: [],
  verify: ['json'],
  remove: ['unused'],
};

export const models = command({
  name: 'models',
  summary: 'Lists, fetches, checks and removes models.',
  positionals: [
    { name: 'ACTION', choices: Object.keys(TAKES) },
    { name: 'PACK|MODEL|FOLDER', optional: true, many: true },
  ],
  flags: {
    from: { type: 'text', value: 'LANGUAGE', help: 'pull: the spoken language (en).' },
    to: { type: 'text', value: 'LANGUAGE', help: 'pull: the language to dub into (es).' },
    unused: { type: 'switch', help: 'remove: files that no model needs any more.' },
    json: { type: 'switch', help: 'list, verify: print JSON.' },
  },
  async run(flags, [action = '', ...names], terminal) {
    const { from, to, unused, json } = flags;
    for (const [flag, value] of Object.entries(flags)) {
      const given = value !== undefined && value !== false;
      if (given && !TAKES[action]?.includes(flag))
        throw new UsageError(`"models ${action}" takes no --${flag}.`);
    }
    switch (action) {
      case 'list':
        return listModels(names, json, terminal);
      case 'verify':
        return verifyModels(names, json, terminal);
      case 'import':
        return importModels(names, terminal);
      case 'remove':
        return removeModelsByName(names, unused, terminal);
      default: {
        const languages = compact({
          source: from && language('from', from),
          target: to && language('to', to),
        });
        return pullModels(names, languages, terminal);
      }
    }
  },
});
