import { catalogue, SHIPPED } from '../catalogue.ts';
import { createBrowserModels } from '../host/models.ts';

const models = createBrowserModels();

/** Ids of the models that come with Octavia, of those whose files were fetched, and of those our own server has. */
export async function installedModels(): Promise<ReadonlySet<string>> {
  const pulled = catalogue.models.filter(({ id }) => !SHIPPED.has(id));
  const here = await Promise.all(pulled.map((model) => models.installed(model)));
  return new Set([...SHIPPED, ...pulled.filter((_, i) => here[i]).map(({ id }) => id)]);
}
