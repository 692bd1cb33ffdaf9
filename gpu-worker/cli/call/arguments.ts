import { parseArgs } from 'node:util';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Terminal } from './terminal.ts';

/** A call that cannot be understood; it is shown with the usage. */
export class UsageError extends OctaviaError {
  constructor(detail: string) {
    super('call.invalid', detail);
  }
}

interface Flag {
  readonly type: 'text' | 'list' | 'switch';
  readonly help: string;
  /** Name of the value in the help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly required?: boolean;
}

interface Positional {
  readonly name: string;
  readonly choices?: readonly string[];
  readonly optional?: boolean;
  /** Takes any number of values; only for the last one. */
  readonly many?: boolean;
}

type Flags = Readonly<Record<string, Flag>>;

type Values<F extends Flags> = {
  readonly [K in keyof F]: F[K]['type'] extends 'switch'
    ? boolean
    : F[K]['type'] extends 'list'
      ? readonly string[]
      : F[K]['required'] extends true
        ? Chosen<F[K]>
        : Chosen<F[K]> | undefined;
};

/** The value of a text; one of the choices, if there are any. */
type Chosen<F extends Flag> = F extends { readonly choices: readonly (infer C)[] } ? C : string;

interface Spec<F extends Flags> {
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly Positional[];
  readonly flags: F;
  /** @returns the exit code */
  run(flags: Values<F>, positionals: readonly string[], terminal: Terminal): Promise<number>;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly help: string;
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** Makes a command from its description: parsing, checking and help all follow from it. */
export function command<const F extends Flags>(spec: Spec<F>): Command {
  const usage = usageOf(spec);
  return {
    name: spec.name,
    summary: spec.summary,
    usage,
    help: [spec.summary, '', usage, '', ...helpLines(spec.flags)].join('\n'),
    async run(args, terminal) {
      const { values, positionals } = parse(spec, args);
      return spec.run(values as Values<F>, positionals, terminal);
    },
  };
}

function parse(spec: Spec<Flags>, args: readonly string[]): { values: object; positionals: string[] } {
  const flags = Object.entries(spec.flags);
  const options = Object.fromEntries(
    flags.map(([name, { type }]) => [
      name,
      { type: type === 'switch' ? ('boolean' as const) : ('string' as const), multiple: true },
    ]),
  );
  const given = understood(() => parseArgs({ args: [...args], options, allowPositionals: true }));
  const values = Object.fromEntries(
    flags.map(([name, flag]) => [name, valueOf(name, flag, [given.values[name] ?? []].flat())]),
  );
  return { values, positionals: checkPositionals(spec.positionals, given.positionals) };
}

function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    // The first sentence says what is wrong; Node's advice after it is about options in general.
    throw new UsageError(`${message.split(/\n|\. /)[0]?.replace(/\.$/, '') ?? message}.`);
  }
}

function valueOf(name: string, flag: Flag, given: readonly (string | boolean)[]): unknown {
  if (flag.type === 'switch') return given.length > 0;
  const values = given.map(String);
  if (flag.type === 'list') return values;
  const [value, second] = values;
  if (second !== undefined) throw new UsageError(`--${name} may be given only once.`);
  if (value === undefined) {
    if (flag.required === true) throw new UsageError(`--${name} is missing.`);
    return undefined;
  }
  if (value === '') throw new UsageError(`--${name} needs a value.`);
  check(`--${name}`, value, flag.choices);
  return value;
}

function checkPositionals(wanted: readonly Positional[], given: readonly string[]): string[] {
  const extra = wanted.at(-1)?.many === true ? undefined : given[wanted.length];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many.`);
  wanted.forEach(({ name, choices, optional }, index) => {
    const value = given[index];
    if (value !== undefined) check(name, value, choices);
    else if (optional !== true) throw new UsageError(`${name} is missing.`);
  });
  return [...given];
}

function check(name: string, value: string, choices: readonly string[] | undefined): void {
  if (choices === undefined || choices.includes(value)) return;
  throw new UsageError(`${name} must be one of ${choices.join(', ')}, not "${value}".`);
}

function usageOf({ name, positionals, flags }: Spec<Flags>): string {
  const words = positionals.map(({ name: word, choices, optional, many }) => {
    const shown = `${choices?.join('|') ?? word}${many === true ? '…' : ''}`;
    return optional === true ? `[${shown}]` : shown;
  });
  const options = Object.entries(flags).map(([flag, described]) => {
    const shown = `--${flag}${placeholder(described)}`;
    return described.required === true ? shown : `[${shown}]${described.type === 'list' ? '…' : ''}`;
  });
  return `Usage: octavia ${[name, ...words, ...options].join(' ')}`;
}

function placeholder({ type, value, choices }: Flag): string {
  return type === 'switch' ? '' : ` ${value ?? choices?.join('|') ?? 'VALUE'}`;
}

function helpLines(flags: Flags): string[] {
  const rows = Object.entries(flags).map(([name, flag]) => [`--${name}${placeholder(flag)}`, flag.help]);
  const width = Math.min(34, Math.max(0, ...rows.map(([left = '']) => left.length)));
  return rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`);
}
