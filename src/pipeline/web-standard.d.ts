/**
 * The few web-standard globals that both Node and browsers have and the core may use. Nothing else of either platform
 * is visible here: whatever else a stage needs comes in through ports.ts.
 */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}
declare class Response {
  constructor(body?: Uint8Array | null, init?: { status?: number; headers?: Record<string, string> });
  arrayBuffer(): Promise<ArrayBuffer>;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}
interface CryptoKey {
  readonly type: string;
}
interface AesGcm {
  readonly name: 'AES-GCM';
  readonly iv: Uint8Array<ArrayBuffer>;
}
declare const crypto: {
  getRandomValues(array: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  readonly subtle: {
    generateKey(
      algorithm: { readonly name: 'AES-GCM'; readonly length: 256 },
      extractable: boolean,
      usages: ('encrypt' | 'decrypt')[],
    ): Promise<CryptoKey>;
    encrypt(algorithm: AesGcm, key: CryptoKey, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
    decrypt(algorithm: AesGcm, key: CryptoKey, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  };
};
