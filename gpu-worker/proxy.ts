import { setGlobalProxyFromEnv } from 'node:http';
import { OctaviaError } from '@octavia/pipeline/errors';

/** This machine is always reached directly, whatever the variables say. */
const DIRECT = 'localhost,127.0.0.1,::1';

/**
 * Sends every request through the proxy named by the usual variables: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in upper or
 * lower case.
 * Errors: `call.invalid` for one that is not an address.
 */
export function useProxy(environment: NodeJS.ProcessEnv): void {
  const named = (name: string): string | undefined => environment[name.toLowerCase()] ?? environment[name];
  const [http, https] = [named('HTTP_PROXY'), named('HTTPS_PROXY')];
  if (!http && !https) return;
  const direct = [named('NO_PROXY'), DIRECT].filter((part) => part !== undefined && part !== '').join(',');
  try {
    setGlobalProxyFromEnv({
      ...(http && { http_proxy: http }),
      ...(https && { https_proxy: https }),
      no_proxy: direct,
    });
  } catch (cause) {
    throw new OctaviaError('call.invalid', `The proxy "${https ?? http ?? ''}" is not an address.`, {
      cause,
    });
  }
}
