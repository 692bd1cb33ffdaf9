import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin, type Rolldown } from 'vite';
import type { Part } from './loader.ts';

/** What another site's page fetches: the frame, and the script that creates it. */
const FRAME_PATH = '/embed';
const LOADER_PATH = '/embed.js';

const here = (name: string): string => join(import.meta.dirname, name);
const FRAME = here('frame.ts');
const ELEMENT = here('element.ts');
const LOADER = here('loader.ts');

/** Where hashed files go, which may be cached for ever (server/site/files.ts). */
const FOLDER = '_app/immutable/embed';

/**
 * Builds the embed along with the page. The frame's script is one more entry of the page's build, so that both share
 * the pipeline; its document, and the two scripts for other sites, which must not depend on other files, are written
 * beside it. Every script is named with its hash.
 */
export function embed(): Plugin {
  let outer = { building: false, root: '' };
  return {
    name: 'octavia-embed',
    configResolved({ command, build, root }) {
      outer = { building: command === 'build' && !build.ssr, root };
    },
    buildStart() {
      if (outer.building) this.emitFile({ type: 'chunk', id: FRAME, name: 'embed' });
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler({ dir }, bundle) {
        if (!outer.building || dir === undefined) return;
        await writeFile(join(dir, 'embed.html'), frameDocument(await framePart(dir, bundle)));
        const element = await elementPart(dir);
        await writeFile(join(dir, 'embed.js'), await bundled(loaderText(element)));
      },
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const [path = ''] = (request.url ?? '').split('?');
        const answer = (type: string, text: string) => {
          response.setHeader('Content-Type', type);
          response.end(text);
        };
        if (path === LOADER_PATH)
          answer('text/javascript', loaderText({ address: `/@fs${ELEMENT}` }, '/@fs'));
        else if (path === FRAME_PATH) {
          const page = frameDocument({ script: { address: `/@fs${FRAME}` }, imported: [], styles: [] });
          void server.transformIndexHtml(FRAME_PATH, page).then((html) => answer('text/html', html), next);
        } else next();
      });
    },
  };
}

/** The script at the stable address. @param at prefix of the addresses of sources */
function loaderText(part: Part, at = ''): string {
  // This runs in another site's page, so addresses are relative to the script.
  return `import { defineElement } from ${JSON.stringify(at + LOADER)};
const { address, ...hash } = ${JSON.stringify(part)};
defineElement({ address: new URL(address, import.meta.url).href, ...hash });
`;
}

/** A script that needs no other files. @param entry its source */
async function bundled(entry: string): Promise<string> {
  const name = 'octavia-embed-entry';
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    plugins: [
      {
        name,
        resolveId: (id) => (id === name ? id : undefined),
        load: (id) => (id === name ? entry : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: { input: name, preserveEntrySignatures: 'strict' },
    },
  });
  if (!('output' in built)) throw new Error('The embed’s script was not built.');
  return built.output[0].code;
}

async function elementPart(dir: string): Promise<Part> {
  const code = await bundled(`export * from ${JSON.stringify(ELEMENT)};`);
  const hash = createHash('sha256').update(code).digest('base64url').slice(0, 8);
  const path = `${FOLDER}/element.${hash}.js`;
  await mkdir(join(dir, FOLDER), { recursive: true });
  await writeFile(join(dir, path), code);
  return describe(dir, path);
}

interface FramePart {
  readonly script: Part;
  readonly imported: readonly Part[];
  readonly styles: readonly Part[];
}

/** The frame's script under its name in the page's build, and everything it imports at the start. */
async function framePart(dir: string, bundle: Rolldown.OutputBundle): Promise<FramePart> {
  const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
  const entry = chunks.find(({ facadeModuleId }) => facadeModuleId === FRAME);
  if (entry === undefined) throw new Error('The build has no frame for the embed.');
  const reached = new Set([entry]);
  for (const { imports } of reached) {
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) reached.add(chunk);
  }
  const styles = [...reached].flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]);
  const described = (paths: readonly string[]) => Promise.all(paths.map((path) => describe(dir, path)));
  const [script, ...imported] = await described([...reached].map(({ fileName }) => fileName));
  if (script === undefined) throw new Error('The build has no frame for the embed.');
  return { script, imported, styles: await described(styles) };
}

async function describe(dir: string, path: string): Promise<Part> {
  const hash = createHash('sha384')
    .update(await readFile(join(dir, path)))
    .digest('base64');
  return { address: `/${path}`, integrity: `sha384-${hash}` };
}

/**
 * The frame's document. Its text is for frames without scripts: it appears after a moment, unless a script has replaced
 * it.
 */
function frameDocument({ script, imported, styles }: FramePart): string {
  const checked = ({ integrity }: Part) =>
    integrity === undefined ? '' : ` integrity="${integrity}" crossorigin`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <title>Octavia</title>
    <style>
      #embed > p {
        margin: 0;
        padding: 1rem;
        font: 0.95rem/1.5 system-ui, sans-serif;
        animation: 1s 1s backwards show;
      }
      @keyframes show {
        from {
          opacity: 0;
        }
      }
    </style>
${styles.map((part) => `    <link rel="stylesheet" href="${part.address}"${checked(part)} />\n`).join('')}${imported
    .map((part) => `    <link rel="modulepreload" href="${part.address}"${checked(part)} />\n`)
    .join('')}    <script type="module" src="${script.address}"${checked(script)}></script>
  </head>
  <body>
    <div id="embed"><p>This video can be heard in other languages where scripts are allowed.</p></div>
  </body>
</html>
`;
}
