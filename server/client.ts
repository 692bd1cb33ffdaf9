import type * as identity from './session/calls.ts';
import type * as jobs from './jobs/calls.ts';
import type * as work from './jobs/worker-calls.ts';
import type * as offer from './offer/calls.ts';
import type { Call, Send } from './send.ts';
import type * as uploads from './uploads/calls.ts';

/**
 * The API's JSON calls, for both the page and the worker. They are typed from the server's routes; only types are
 * imported, no server code.
 */

type Routes = typeof identity & typeof jobs & typeof work & typeof offer & typeof uploads;

type NameOf<R> = R extends { method: infer Method extends string; path: infer Path extends string }
  ? `${Uppercase<Method>} ${Path}`
  : never;

type Table = { [Key in keyof Routes as NameOf<Routes[Key]>]: Routes[Key] };

/** E.g. `POST /v1/jobs/{id}/cancel`. */
export type CallName = keyof Table;

/** What a schema takes and gives. We look at only this much of zod's types, to keep compiling fast. */
interface Takes<Value> {
  readonly _zod: { readonly input: Value };
}
interface Gives<Value> {
  readonly _zod: { readonly output: Value };
}
interface JsonOf<Schema> {
  readonly content: { readonly 'application/json': { readonly schema: Schema } };
}

type ParamsOf<R> = R extends { request: { params: Takes<infer P> } } ? { params: P } : unknown;
type QueryOf<R> = R extends { request: { query: Takes<infer Q> } } ? { query?: Q } : unknown;
type BodyOf<R> = R extends { request: { body: JsonOf<Takes<infer B>> } } ? { json: B } : unknown;

export type InputOf<Name extends CallName> = ParamsOf<Table[Name]> &
  QueryOf<Table[Name]> &
  BodyOf<Table[Name]>;

type JsonAt<Responses, Status extends number> =
  Responses extends Record<Status, JsonOf<Gives<infer A>>> ? A : never;
type NothingAt<Responses> = Responses extends Record<204, unknown> ? undefined : never;
type Answer<Responses> = JsonAt<Responses, 200> | JsonAt<Responses, 201> | NothingAt<Responses>;

/** What a call returns; undefined for 204. */
export type AnswerOf<Name extends CallName> = Table[Name] extends { responses: infer R } ? Answer<R> : never;

export type Client<Options = unknown> = <Name extends CallName>(
  name: Name,
  input: InputOf<Name> & Options,
  signal: AbortSignal,
) => Promise<AnswerOf<Name>>;

interface AnyInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly json?: unknown;
}

/**
 * @param send its options, apart from the request itself, become part of each call's input
 * @example await call('POST /v1/jobs/{id}/cancel', { params: { id } }, signal)
 */
export function createClient<Options = unknown>(send: Send<Options>): Client<Options> {
  return async <Name extends CallName>(name: Name, input: InputOf<Name> & Options, signal: AbortSignal) => {
    const { params = {}, query = {}, ...rest } = input as unknown as AnyInput;
    const [method, pattern = ''] = name.split(' ');
    const path = pattern.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
    const asked = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(
      asked.map(([key, value]): [string, string] => [key, String(value)]),
    ).toString();
    const sent = { ...rest, method, path: search === '' ? path : `${path}?${search}` } as unknown as Call &
      Options;
    const response = await send(sent, signal);
    return (response.status === 204 ? undefined : await response.json()) as AnswerOf<Name>;
  };
}
