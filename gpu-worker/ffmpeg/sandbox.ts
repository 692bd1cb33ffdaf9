import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What one run may access: files to read, and a folder to write to. */
export interface Reach {
  /** Absolute paths. */
  readonly read: readonly string[];
  /** Absolute path of a folder. */
  readonly write?: string | undefined;
  /** Bytes of the largest file it may write. */
  readonly fileBytes: number;
}

type Command = readonly string[];

/** How strictly this machine isolates programs that read strangers' files. */
export interface Sandbox {
  readonly name: 'bubblewrap' | 'unshare' | 'prlimit' | 'none';
  /** The command that runs `command` so. @param memoryBytes of its address space */
  wrap(command: Command, reach: Reach, memoryBytes: number): Command;
}

/** Processes and threads; ffmpeg has a few dozen. Before Linux 5.14 the user's other processes count too. */
const PROCESSES = 4096;

function limited(command: Command, { fileBytes }: Reach, memoryBytes: number): Command {
  const limits = [`--as=${memoryBytes}`, `--fsize=${fileBytes}`, `--nproc=${PROCESSES}`, '--core=0'];
  return ['prlimit', ...limits, '--', ...command];
}

/** Where programs and their libraries are; any of them may be missing. */
const SYSTEM = ['/usr', '/bin', '/lib', '/lib64', '/opt', '/nix', '/etc/ld.so.cache', '/etc/alternatives'];

/** Strictest first. All but the last two end their program when this process is gone. */
const SANDBOXES: readonly Sandbox[] = [
  {
    // No network, and of the disk only programs, the inputs and the folder to write to; bubblewrap itself sets
    // no_new_privs.
    name: 'bubblewrap',
    wrap(command, reach, memoryBytes) {
      const system = SYSTEM.flatMap((path) => ['--ro-bind-try', path, path]);
      const write = reach.write === undefined ? [] : ['--bind', reach.write, reach.write];
      const read = reach.read.flatMap((path) => ['--ro-bind', path, path]);
      const apart = [
        '--unshare-all',
        '--die-with-parent',
        '--new-session',
        '--dev',
        '/dev',
        '--proc',
        '/proc',
      ];
      const inside = limited(command, reach, memoryBytes);
      return ['bwrap', ...apart, ...system, ...write, ...read, '--', ...inside];
    },
  },
  {
    // No network and no new privileges, but the whole disk.
    name: 'unshare',
    wrap(command, reach, memoryBytes) {
      const inside = limited(command, reach, memoryBytes);
      const apart = ['unshare', '--map-root-user', '--net', '--ipc', '--', ...inside];
      return ['setpriv', '--no-new-privs', '--pdeathsig', 'KILL', ...apart];
    },
  },
  { name: 'prlimit', wrap: limited },
];

const NONE: Sandbox = { name: 'none', wrap: (command) => command };

let found: Promise<Sandbox> | undefined;

/** The strictest sandbox that works here, found once by trying: some containers and kernels forbid some of them. */
export function sandbox(): Promise<Sandbox> {
  return (found ??= process.platform === 'linux' ? firstThatWorks() : Promise.resolve(NONE));
}

async function firstThatWorks(): Promise<Sandbox> {
  for (const one of SANDBOXES) {
    const [program = '', ...args] = one.wrap(['ffmpeg', '-version'], { read: [], fileBytes: 0 }, 2 ** 31);
    const works = await promisify(execFile)(program, args, { timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    if (works) return one;
  }
  return NONE;
}
