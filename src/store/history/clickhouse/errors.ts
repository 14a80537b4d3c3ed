/**
 * What goes wrong with a server, in plain words. ClickHouse says `Code: 241, ...` or `Code: 241. ...`; the numbers are those of
 * src/Common/ErrorCodes.cpp and do not change from version to version.
 */
import { Trouble } from '../../../model/error.ts';

/** A server that says no for a reason that we have no words for: a bug of ours, most likely. */
export class ClickHouseFault extends Error {
  override readonly name = 'ClickHouseFault';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** No answer, or one that says nothing of whether the request was done; the next server may do better. */
export class ServerAway extends Trouble {}

/** The number in what a server said; 0: none. */
export function codeIn(text: string): number {
  return Number(/Code: (\d+)/.exec(text)?.[1] ?? 0);
}

/** Codes of servers that cannot do it now: another may, or the same later. */
const AWAY = new Map<number, string>([
  [159, 'it took longer than it may'],
  [160, 'it would take longer than it may'],
  [202, 'it has too many questions at once'],
  [209, 'it waited too long for another server'],
  [210, 'it does not reach another server'],
  [225, 'it has no ZooKeeper'],
  [236, 'it is being stopped'],
  [241, 'its memory does not suffice'],
  [242, 'its tables cannot be written now (it has lost ZooKeeper)'],
  [252, 'more is written than it can merge (too many parts)'],
  [254, 'it has none of the replicas that are needed'],
  [279, 'it reaches none of the other servers'],
  [285, 'too few replicas are there'],
  [286, 'too few replicas have the last write'],
  [289, 'this replica is behind'],
  [319, 'it does not know whether it was written'],
  [394, 'the query was stopped there'],
  [439, 'it has no thread left'],
  [999, 'ZooKeeper failed'],
]);

const REFUSED = new Map<number, string>([
  [192, 'it knows no such user'],
  [193, 'the password is wrong'],
  [194, 'it wants a password'],
  [195, 'this machine may not log in there'],
  [516, 'the user or the password is wrong'],
]);

const FORBIDDEN = new Set([164, 291, 392, 497]);

/** `error` of a request to the server `host` as what to throw. */
export function serverTrouble(error: unknown, host: string): unknown {
  if (error instanceof Trouble) return error;
  if (!(error instanceof Error)) return error;
  const text = error.message;
  const code = 'code' in error && /^\d+$/.test(String(error.code)) ? Number(error.code) : codeIn(text);
  if (code === 0) return away(host, networkWords(error));
  if (code === 243 || /No space left|errno: 28\b/.test(text))
    return new Trouble(
      'store-full',
      `${host}: there is no room left on the disk of ClickHouse`,
      'Make room there, or let the history keep less; what could not be stored is kept in memory and tried again.',
    );
  const now = AWAY.get(code);
  if (now !== undefined) return away(host, now);
  const refused = REFUSED.get(code);
  if (refused !== undefined)
    return new Trouble(
      'no-rights',
      `${host}: ClickHouse refuses to let us in: ${refused}`,
      'Put the right user and password into the URL, in %XX where a character has a meaning there; or password-file=PATH.',
    );
  if (FORBIDDEN.has(code))
    return new Trouble(
      'no-rights',
      `${host}: the user may not do this in ClickHouse: ${firstLine(text)}`,
      'It needs SELECT, INSERT, CREATE and ALTER in its database, and SELECT in system.',
    );
  if (code === 81)
    return new Trouble(
      'bad-config',
      `${host}: there is no such database: ${firstLine(text)}`,
      'Create it, or let the user create it.',
    );
  if (code === 170 || code === 701)
    return new Trouble(
      'bad-config',
      `${host}: it knows no such cluster: ${firstLine(text)}`,
      'Name it as remote_servers on the servers does.',
    );
  if (code === 139 || (code === 62 && text.includes('{replica}')))
    return new Trouble(
      'bad-config',
      `${host}: a macro is missing: ${firstLine(text)}`,
      'Define the macros shard and replica in the configuration of each server of the cluster.',
    );
  return new ClickHouseFault(code, `${host}: ${firstLine(text)}`);
}

export function away(host: string, why: string): ServerAway {
  return new ServerAway(
    'store-away',
    `${host}: ClickHouse cannot be used now: ${why}`,
    'What could not be stored is kept in memory and tried again; see to that server, or name more of them.',
  );
}

function networkWords(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ECONNREFUSED':
      return 'nobody listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'there is no such host';
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
      return 'the connection broke off';
    case 'ETIMEDOUT':
      return 'it does not answer';
    default:
      // the client says that the user aborted when it is our time that was up
      return /timeout|user aborted/i.test(error.message)
        ? 'it does not answer in time'
        : /hang up|aborted/.test(error.message)
          ? 'the connection broke off'
          : firstLine(error.message);
  }
}

function firstLine(text: string): string {
  return text
    .replace(/, e\.what\(\) = .*/s, '')
    .replace(/^Code: \d+[.,]? ?(?:e\.displayText\(\) = )?(?:DB::Exception: )*/, '')
    .split('\n', 1)[0]!
    .slice(0, 200);
}
