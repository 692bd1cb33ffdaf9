import type { HubSource } from '../catalogue.ts';

/** Where models come from when no mirror is named. */
export const HUB_HOST = 'https://huggingface.co';

/** Address of a file: the hub's own layout, which mirrors keep. */
export function fileAddress(host: string, { repo, revision }: HubSource, path: string): string {
  return `${trimmed(host)}/${encoded(repo)}/resolve/${encodeURIComponent(revision)}/${encoded(path)}`;
}

/** Address of the list of a repository's files: the hub's API, which plain mirrors lack. */
export function listAddress(host: string, { repo, revision }: HubSource): string {
  return `${trimmed(host)}/api/models/${encoded(repo)}/tree/${encodeURIComponent(revision)}?recursive=true`;
}

/** Address at which the hub's API gives the commit of a revision; plain mirrors lack it. */
export function revisionAddress(host: string, { repo, revision }: HubSource): string {
  return `${trimmed(host)}/api/models/${encoded(repo)}/revision/${encodeURIComponent(revision)}`;
}

/** Whether a revision is a commit, which always means the same content. */
export function isCommit(revision: unknown): revision is string {
  return typeof revision === 'string' && /^[0-9a-f]{40}$/.test(revision);
}

/** Whether nobody on the way can change what a host sends: it uses TLS or is this machine. */
export function isSafe(host: string): boolean {
  return /^https:\/\//i.test(host) || /^http:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(\/|$)/i.test(host);
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function trimmed(host: string): string {
  return host.replace(/\/+$/, '');
}
