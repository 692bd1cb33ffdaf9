import { OctaviaError } from '@octavia/pipeline/errors';
import { z } from 'zod';

/** One environment variable and its documentation. */
export interface Setting<T> {
  /** One or two sentences. */
  readonly about: string;
  /** What a number counts; empty for text. */
  readonly unit: string;
  /** As shown; empty when there is none. */
  readonly byDefault: string;
  readonly schema: z.ZodType<T>;
  /** What a value must be, for the error message. */
  readonly takes: string;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type Environment = Readonly<Record<string, string | undefined>>;
export type ValuesOf<S extends Settings> = {
  readonly [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never;
};

/** @param shown the default as shown, where it is worked out elsewhere */
export function text(about: string, shown = ''): Setting<string | undefined> {
  return { about, unit: '', byDefault: shown, schema: z.string().optional(), takes: 'a text' };
}

export function textOr(byDefault: string, about: string): Setting<string> {
  return { about, unit: '', byDefault, schema: z.string().default(byDefault), takes: 'a text' };
}

/** A positive number; fractions too. */
export function number(byDefault: number, unit: string, about: string): Setting<number> {
  const schema = z.coerce.number().positive().default(byDefault);
  return { about, unit, byDefault: String(byDefault), schema, takes: 'a number above 0' };
}

/** Something that happens unless the variable is `none`. */
export function unlessNone(about: string): Setting<boolean> {
  const schema = z
    .string()
    .optional()
    .transform((value) => value !== 'none');
  return { about, unit: '', byDefault: '', schema, takes: '`none`' };
}

/** Reads a table's variables; an empty one counts as not set. Errors: `call.invalid`, naming the variable. */
export function readSettings<S extends Settings>(table: S, environment: Environment): ValuesOf<S> {
  const read = ([name, { schema, takes }]: [string, Setting<unknown>]) => {
    const given = environment[name]?.trim();
    const found = schema.safeParse(given === '' ? undefined : given);
    if (found.success) return [name, found.data];
    throw new OctaviaError('call.invalid', `${name} must be ${takes}, not "${given ?? ''}".`);
  };
  return Object.fromEntries(Object.entries(table).map(read)) as ValuesOf<S>;
}
