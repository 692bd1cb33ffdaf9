import type { EnginePlatform } from '@octavia/pipeline/families/engine';
import type { Device } from '@octavia/pipeline/ports';

/** A platform for an engine that runs in the test's own thread, where what it holds can be seen. */
export function onlyDevice(
  device: Device,
  provider: { readonly name: string },
  configure: EnginePlatform['configure'] = () => Promise.resolve(),
): EnginePlatform {
  const placed = { name: provider.name, provider };
  return {
    importGlue: () => Promise.reject(new Error('it needs no loader')),
    usable: () => Promise.resolve([device]),
    open: () => Promise.reject(new Error('it opens its graphs itself')),
    providers: { cuda: placed, webgpu: placed, cpu: placed },
    sessionOptions: {},
    configure,
  };
}
