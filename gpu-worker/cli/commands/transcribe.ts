import { command } from '../arguments.ts';

export const transcribe = command({
  name: 'transcribe',
  summary: 'Writes down what is said.',
  positionals: [{ name: 'INPUT' }],
  flags: {},
  run: () => Promise.resolve(0),
});
