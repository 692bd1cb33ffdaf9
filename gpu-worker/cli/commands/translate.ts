import { command } from '../arguments.ts';

export const translate = command({
  name: 'translate',
  summary: 'Writes down what is said.',
  positionals: [{ name: 'INPUT' }],
  flags: {},
  run: () => Promise.resolve(0),
});
