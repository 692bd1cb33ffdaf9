import type { Random } from './random.ts';

/** As much of JSON Schema as our OpenAPI uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly format?: string;
}

const TEXTS = [
  '',
  'es',
  'x'.repeat(5_000),
  '\0',
  '\ud800',
  '../..',
  '🎬',
  "'; DROP TABLE jobs; --",
  '%00',
  'true',
];
const NUMBERS = [0, -1, 0.5, 1, 2, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308];
const TIMES = ['2026-11-30T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', 'yesterday'];

/** Anything at all. */
export function junk(random: Random): unknown {
  return random.of<unknown>([
    null,
    true,
    [],
    {},
    [[]],
    random.of(TEXTS),
    random.of(NUMBERS),
    { a: { b: null } },
  ]);
}

/**
 * A value that mostly is what the schema says.
 * @param find resolves a `$ref`
 */
export function valueFor(schema: Schema, find: (ref: string) => Schema, random: Random, depth = 0): unknown {
  if (depth > 6 || random() < 0.04) return junk(random);
  const inner = (one: Schema) => valueFor(one, find, random, depth + 1);
  if (schema.$ref !== undefined) return inner(find(schema.$ref));
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return random.of(schema.enum);
  const one = random.of(schema.oneOf ?? schema.anyOf ?? []);
  if (one) return inner(one);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(inner)) as unknown;
  const type = typeof schema.type === 'string' ? schema.type : (random.of(schema.type ?? []) ?? 'object');
  switch (type) {
    case 'object':
      return objectFor(schema, inner, random);
    case 'array':
      return Array.from({ length: random.whole(3) }, () => inner(schema.items ?? {}));
    case 'integer':
    case 'number':
      return random() < 0.5 ? random.whole(5) : random.of(NUMBERS);
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    default:
      return textFor(schema, random);
  }
}

function objectFor(schema: Schema, inner: (one: Schema) => unknown, random: Random): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(schema.properties ?? {})) {
    const wanted = schema.required?.includes(name) ? random() > 0.05 : random() < 0.4;
    if (wanted) object[name] = inner(one);
  }
  if (typeof schema.additionalProperties === 'object' || random() < 0.05) {
    object[random.of(['term', '__proto__', 's0001', '\0'])] = random.of(['word', 1, null]);
  }
  return object;
}

function textFor({ format }: Schema, random: Random): string {
  if (random() < 0.2) return random.of(TEXTS) ?? '';
  if (format === 'uuid') return crypto.randomUUID();
  if (format === 'date-time') return random.of(TIMES) ?? '';
  return random.of(['es', 'en', 'auto', 'talk.mp4', 'video/mp4', 'a'.repeat(64)]);
}
