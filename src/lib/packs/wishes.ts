import type { ErrorData } from '@octavia/pipeline/errors';

/** What is to be done about a model; one without a wish is here, or nobody asked for it. */
export type Wish =
  | { readonly kind: 'get' }
  | { readonly kind: 'paused' }
  /** Half-fetched files are still to be thrown away. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly refusal: ErrorData };

/** By model id. */
export type Wishes = Readonly<Record<string, Wish>>;

const KEY = 'octavia.packs';

/** What the visitor asked for: the same in every tab, and still there after a reload. */
export function readWishes(): Wishes {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Wishes;
  } catch {
    // Storage is switched off (a sandboxed frame), or the text is not ours.
    return {};
  }
}

/** Sets the wish of these models, or forgets it when there is none. */
export function setWish(models: readonly string[], wish: Wish | undefined): Wishes {
  const others = Object.entries(readWishes()).filter(([id]) => !models.includes(id));
  const set = wish === undefined ? [] : models.map((id) => [id, wish] as const);
  const wishes: Wishes = Object.fromEntries([...others, ...set]);
  localStorage.setItem(KEY, JSON.stringify(wishes));
  return wishes;
}

/** Calls back when another tab changed them. */
export function watchWishes(onChange: (wishes: Wishes) => void): () => void {
  const heard = ({ key }: StorageEvent): void => {
    if (key === KEY || key === null) onChange(readWishes());
  };
  addEventListener('storage', heard);
  return () => removeEventListener('storage', heard);
}

/** Ids of the models with a wish of this kind. */
export function wished(wishes: Wishes, kind: Wish['kind']): string[] {
  return Object.keys(wishes).filter((id) => wishes[id]?.kind === kind);
}

/** Those of some models that are not being thrown away, by id. */
export function staying(models: ReadonlySet<string>, wishes: Wishes): ReadonlySet<string> {
  return models.difference(new Set(wished(wishes, 'cancelled')));
}
