import { toOctaviaError } from '@octavia/pipeline/errors';
import packageJson from '../../package.json' with { type: 'json' };
import { UsageError, type Command } from './call/arguments.ts';
import { bench } from './commands/bench.ts';
import { doctor } from './commands/doctor.ts';
import { dub } from './commands/dub.ts';
import { models } from './commands/models.ts';
import { serve } from './commands/serve.ts';
import { transcribe } from './commands/transcribe.ts';
import { translate } from './commands/translate.ts';
import { worker } from './commands/worker.ts';
import type { Terminal } from './call/terminal.ts';
import { useProxy } from '../proxy.ts';
import { settings } from '../settings/settings.ts';

const COMMANDS: readonly Command[] = [dub, transcribe, translate, models, doctor, bench, serve, worker];

/**
 * Runs one command line.
 * @returns the exit code: 0 done, 2 wrong call, 3 input unusable, 4 model missing or damaged, 5 cancelled,
 * 6 refused by policy, 1 anything else
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '', ...rest] = args;
  if (['--help', '-h', 'help'].includes(name)) return show(overview(), terminal);
  if (name === '--version') return show(packageJson.version, terminal);
  const command = COMMANDS.find((candidate) => candidate.name === name);
  try {
    if (command === undefined) throw new UsageError(unknown(name));
    const options = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
    if (options.some((word) => word === '--help' || word === '-h')) return show(command.help, terminal);
    useProxy(process.env);
    return await command.run(rest, terminal);
  } catch (thrown) {
    const error = toOctaviaError(thrown, terminal.stopped);
    terminal.say(`octavia: ${error.message} [${error.code}]`);
    if (thrown instanceof UsageError) terminal.say(command?.usage ?? overview());
    // For an internal error, a trace helps whoever looks into it.
    if (error.code === 'internal' && settings().OCTAVIA_DEBUG !== undefined) {
      terminal.say(thrown instanceof Error ? (thrown.stack ?? '') : '');
    }
    return error.exitCode;
  }
}

function show(text: string, terminal: Terminal): number {
  terminal.result(text);
  return 0;
}

function unknown(name: string): string {
  return name === '' ? 'No command given.' : `There is no command "${name}".`;
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    'Octavia dubs videos into other languages, on this machine.',
    '',
    'Usage: octavia COMMAND …',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Run "octavia COMMAND --help" for more.',
  ].join('\n');
}
