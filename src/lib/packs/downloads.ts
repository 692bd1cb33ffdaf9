import type { ErrorData } from '@octavia/pipeline/errors';

/** What the user wants done with a model. Without one, it is installed or nobody asked for it. */
export type Download =
  | { readonly kind: 'get' }
  | { readonly kind: 'paused' }
  /** Its fetched files are still to be deleted. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly refusal: ErrorData };

/** By model id. */
export type Downloads = Readonly<Record<string, Download>>;

/** Where downloads are kept: the same in every tab, and still there after a reload. */
export interface DownloadStore {
  read(): Downloads;
  /** Sets it for these models, or removes it. */
  set(models: readonly string[], download: Download | undefined): Downloads;
  /** Calls back when another tab has changed them. */
  watch(onChange: (downloads: Downloads) => void): void;
}

const KEY = 'octavia.packs';

export const browserDownloads: DownloadStore = {
  read,
  set(models, download) {
    const others = Object.entries(read()).filter(([id]) => !models.includes(id));
    const changed = download === undefined ? [] : models.map((id) => [id, download] as const);
    const downloads: Downloads = Object.fromEntries([...others, ...changed]);
    localStorage.setItem(KEY, JSON.stringify(downloads));
    return downloads;
  },
  watch(onChange) {
    addEventListener('storage', ({ key }: StorageEvent) => {
      if (key === KEY || key === null) onChange(read());
    });
  },
};

function read(): Downloads {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Downloads;
  } catch {
    // Storage is switched off (a sandboxed frame), or the content is not ours.
    return {};
  }
}

/** Ids of the models with a download of this kind. */
export function idsOf(downloads: Downloads, kind: Download['kind']): string[] {
  return Object.keys(downloads).filter((id) => downloads[id]?.kind === kind);
}

/** The ids of these models that are not about to be deleted. */
export function staying(models: ReadonlySet<string>, downloads: Downloads): ReadonlySet<string> {
  return new Set([...models].filter((id) => downloads[id]?.kind !== 'cancelled'));
}
