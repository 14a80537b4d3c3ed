/**
 * Other programs, run by an argument vector and standard input and never through a shell: so that no text of a log can
 * become a command. With a time limit after which they are killed, and of what they say only the beginning is kept.
 */
import { spawn } from 'node:child_process';
import { Trouble } from '../model/error.ts';
import { printable } from '../model/printable.ts';

export interface RunOptions {
  readonly input?: string;
  /** Killed after so many seconds. */
  readonly timeoutSeconds?: number;
  /** What it may say on standard output, bytes; a program that says more is killed. */
  readonly mostOutput?: number;
}

export interface RunResult {
  /** Exit status; null where it was killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why there is no status. */
  readonly trouble: 'absent' | 'no-rights' | 'too-slow' | 'too-much' | 'killed' | null;
}

/** Runs one program; never rejects. */
export type Run = (argv: readonly string[], options?: RunOptions) => Promise<RunResult>;

/** Ten seconds: nft takes 0.1 s for 20,000 entries, firewall-cmd half a second for one. */
export const RUN_SECONDS = 10;

/** 20,000 entries listed by nft as JSON are 1.4 MB. */
const MOST_OUTPUT = 32 * 1024 * 1024;
const MOST_ERROR = 4096;

/** Where a firewall's programs are; a user's PATH has no sbin, and a service's may have anything. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The real thing. Programs get a PATH and a locale of their own and nothing else of the environment. */
export const realRun: Run = (argv, options = {}) =>
  new Promise((resolve) => {
    const [program = '', ...args] = argv;
    const { input = '', timeoutSeconds = RUN_SECONDS, mostOutput = MOST_OUTPUT } = options;
    let trouble: RunResult['trouble'] = null;
    const out: Buffer[] = [];
    let outBytes = 0;
    let error = '';
    let done = false;
    const finish = (status: number | null) => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      resolve({ status, stdout: Buffer.concat(out).toString('utf8'), stderr: error, trouble });
    };
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH, LC_ALL: 'C' },
      shell: false,
      // a process group of its own, so that what it has started is killed with it
      detached: true,
    });
    const kill = (why: Exclude<RunResult['trouble'], null>) => {
      trouble ??= why;
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
      // what it left behind may hold the pipes open
      finish(null);
    };
    const timer = setTimeout(() => kill('too-slow'), timeoutSeconds * 1000);
    child.on('error', (failure: NodeJS.ErrnoException) => {
      trouble = failure.code === 'EACCES' || failure.code === 'EPERM' ? 'no-rights' : 'absent';
      finish(null);
    });
    child.on('close', (status) => {
      if (status === null) trouble ??= 'killed';
      finish(status);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      outBytes += chunk.length;
      if (outBytes > mostOutput) kill('too-much');
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (error.length < MOST_ERROR) error = (error + chunk.toString('utf8')).slice(0, MOST_ERROR);
    });
    // a program that ends without reading its input is told by its status
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });

/**
 * The trouble of a run that failed, or null. `remedy` says what to do where the program is there and refused.
 */
export function runTrouble(argv: readonly string[], result: RunResult, remedy: string): Trouble | null {
  if (result.status === 0) return null;
  const program = argv[0] ?? '';
  const said = printable((result.stderr.trim() || result.stdout.trim()).split('\n')[0] ?? '', 300);
  switch (result.trouble) {
    case 'absent':
      return new Trouble(
        'firewall-failed',
        `${program} is not there`,
        `Install it, or choose another backend (docs/blocking.md).`,
      );
    case 'no-rights':
      return new Trouble('no-rights', `${program} may not be run`, 'Run as root, or with a responder.');
    case 'too-slow':
      return new Trouble('firewall-failed', `${program} did not end in time and was killed`, remedy);
    case 'too-much':
      return new Trouble('firewall-failed', `${program} said too much and was killed`, remedy);
    case 'killed':
    case null: {
      const how = result.status === null ? 'was killed' : `failed with status ${result.status}`;
      const isRights = /permitted|permission|must be root|need to be root/i.test(said);
      return new Trouble(
        isRights ? 'no-rights' : 'firewall-failed',
        `${program} ${how}${said === '' ? '' : `: ${said}`}`,
        isRights ? 'Run as root, with CAP_NET_ADMIN, or with a responder (docs/blocking.md).' : remedy,
      );
    }
  }
}
