import { isErrorCode, OctaviaError } from './errors.ts';

/** How comlink carries a thrown value across (its `throw` handler), as far as we need it. */
interface ThrowHandler {
  serialize: (thrown: { value: unknown }) => [unknown, unknown[]];
  deserialize: (wire: never) => unknown;
}

/**
 * Lets an OctaviaError keep its code between threads and processes: called on both sides with comlink's
 * `transferHandlers`. Other errors keep their message.
 */
export function keepErrorCodes(handlers: { get(name: string): unknown }): void {
  const handler = handlers.get('throw') as ThrowHandler;
  const { serialize, deserialize } = handler;
  handler.serialize = ({ value }) =>
    value instanceof OctaviaError ? [{ octavia: value.toJSON() }, []] : serialize({ value });
  handler.deserialize = (wire: { octavia?: { code: string; detail?: string } }) => {
    const { code, detail } = wire.octavia ?? { code: '' };
    if (isErrorCode(code)) throw new OctaviaError(code, detail);
    return deserialize(wire as never);
  };
}
