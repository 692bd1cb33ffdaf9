import type { EngineApi } from '@octavia/pipeline/engines/engine';

/** One call to an engine's worker thread. */
export type EngineCall = {
  [Name in keyof EngineApi]: {
    readonly id: number;
    readonly name: Name;
    readonly args: Parameters<EngineApi[Name]>;
  };
}[keyof EngineApi];

/** Its answer. */
export type EngineReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string };
