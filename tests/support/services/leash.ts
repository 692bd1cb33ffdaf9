import { spawn, spawnSync } from 'node:child_process';
import { createServer, connect, type AddressInfo } from 'node:net';
import { until } from '../patience.ts';

/** A server of the tests' own on this machine. */
export interface Leashed {
  /** Ends it, and returns once it is gone. */
  stop(): Promise<void>;
}

/**
 * Runs a program until its standard input closes. Input closes when `stop` is called and when the test process
 * ends in any way, so a killed run leaves nothing running. $1 is a folder that goes with it.
 */
const LEASH =
  'folder=$1; shift; "$@" & served=$!; cat >/dev/null; kill -INT $served; wait $served; rm -rf "$folder"';

export interface Server {
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Whether it does its work by now; a port that is open is not enough for a database. */
  readonly ready: () => Promise<boolean>;
  /** Owned by `user`; removed when the server has ended. */
  readonly folder?: string;
  /** Who it runs as; default whoever runs the tests. */
  readonly user?: string | undefined;
}

/** Starts a server that ends with this process at the latest. */
export async function startLeashed({ name, command, ready, folder = '', user }: Server): Promise<Leashed> {
  const shell = ['sh', '-c', LEASH, 'sh', folder, ...command];
  const [program = '', ...args] = asUser(user, shell);
  // In a group of its own, so that Ctrl-C in a terminal reaches it only through the tests.
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  child.once('error', (error) => (complaint += error.message));
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = () => {
    child.stdin.end();
    return exited;
  };
  try {
    await until(name, async () => (await ready()) || undefined);
  } catch (cause) {
    await stop();
    throw new Error(`${name} was started but is not ready: ${complaint}`, { cause });
  }
  return { stop };
}

/** The same command as another user of this machine; only root may. */
export function asUser(user: string | undefined, command: readonly string[]): readonly string[] {
  return user === undefined ? command : ['runuser', '-u', user, '--', ...command];
}

/** Runs a program to its end, or says that these tests need it. */
export function run(command: readonly string[]): void {
  const [program = '', ...args] = command;
  const done = spawnSync(program, args, { encoding: 'utf8' });
  if (done.status === 0) return;
  const why = done.error?.message ?? done.stderr;
  throw new Error(`${command.join(' ')} failed; these tests need postgresql and redis-server: ${why}`);
}

/** @returns whether somebody accepts connections on a port of this machine */
export async function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (yes: boolean) => {
      socket.destroy();
      done(yes);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** @returns a port on which nobody listens at this moment */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
