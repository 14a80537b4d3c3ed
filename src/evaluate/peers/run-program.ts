/**
 * Runs a program of others within bounds: a time after which it is killed, a size of memory where the program can
 * live with one, an environment with nothing of the caller's in it. Arguments are passed as a vector; the one shell
 * script here is fixed and gets them as parameters.
 *
 * Node cannot tell a child's processor time. The shell's `times` can (POSIX.1-2017, XCU 2.14): its second line is the
 * user and system time of all children that were waited for.
 */
import { spawn } from 'node:child_process';

export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
  /** Its whole environment, beside PATH, TZ=UTC, LC_ALL=C and HOME. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Working folder, and HOME. */
  readonly folder: string;
  /** Files for standard input and output; default nothing, and kept. Standard error goes with standard output. */
  readonly stdin?: string;
  readonly stdout?: string;
  readonly timeoutSeconds: number;
  /** Address space in mebibytes (ulimit -v); leave out for programs that reserve far more than they use (Go). */
  readonly memoryMebibytes?: number;
}

export interface ProgramEnd {
  /** Exit status; 137 where it was killed for taking too long. */
  readonly status: number;
  /** Its output as text where no file was named; the last mebibyte at most. */
  readonly said: string;
  /** User and system time of the program and its children, seconds. */
  readonly cpuSeconds: number;
}

/**
 * $1 limit in kibibytes or `unlimited`, $2 seconds, $3 input, $4 output or empty, then the program. `times` goes to
 * descriptor 3. Descriptor 4 is a pipe that the caller holds: when the caller is gone, however it went, reading it ends,
 * and the program is killed with all that it has started (timeout(1) gives them a process group).
 */
export const BOUNDS_SCRIPT = `
ulimit -v "$1" || exit 126
limit=$2 in=$3 out=$4
shift 4
if [ -n "$out" ]; then exec >"$out"; fi
timeout -s KILL "$limit" "$@" <"$in" 2>&1 3>&- 4<&- &
program=$!
{
  read -r _ <&4
  # the group is there only once timeout has made it
  while kill -s 0 "$program"; do kill -s KILL -- "-$program" || sleep 1; done
} >/dev/null 2>&1 3>&- &
guard=$!
wait "$program"
status=$?
kill "$guard"
times >&3
exit "$status"
`;

const MOST_SAID = 1 << 20;

/** The environment of every program: nothing of the caller's but where programs are. */
export function bareEnvironment(
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: folder,
    TZ: 'UTC',
    LC_ALL: 'C',
    ...more,
  };
}

/** Runs it to its end. Rejects only where not even a shell can be started. */
export function runProgram(call: ProgramCall): Promise<ProgramEnd> {
  const limit = call.memoryMebibytes === undefined ? 'unlimited' : String(call.memoryMebibytes * 1024);
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      BOUNDS_SCRIPT,
      'sh',
      limit,
      String(call.timeoutSeconds),
      call.stdin ?? '/dev/null',
      call.stdout ?? '',
      call.program,
      ...call.args,
    ],
    {
      cwd: call.folder,
      env: bareEnvironment(call.folder, call.environment),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    },
  );
  let said = '';
  let times = '';
  const hear = (text: string) => {
    said = (said + text).slice(-MOST_SAID);
  };
  child.stdout!.setEncoding('utf8').on('data', hear);
  child.stderr!.setEncoding('utf8').on('data', hear);
  child.stdio[3]!.on('data', (bytes: Buffer) => {
    times += bytes.toString('latin1');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) =>
      resolve({ status: status ?? 137, said, cpuSeconds: childSeconds(times) }),
    );
  });
}

/** Seconds of children in what `times` prints: `0m0.01s 0m0.02s` of the shell, then of its children. */
export function childSeconds(times: string): number {
  const line = times.trim().split('\n')[1] ?? '';
  let seconds = 0;
  for (const [, minutes, rest] of line.matchAll(/(\d+)m([\d.]+)s/g))
    seconds += Number(minutes) * 60 + Number(rest);
  return seconds;
}

/** Why a program did not end well, in a few words of its own. */
export function failureOf(name: string, { status, said }: ProgramEnd, timeoutSeconds: number): string {
  if (status === 137) return `${name} was killed after ${timeoutSeconds} s`;
  const last = said.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  return `${name} ended with status ${status}${last === '' ? '' : `: ${last}`}`;
}
