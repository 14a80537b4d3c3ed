/**
 * The operator's trouble: something outside the program is not as it must be (a missing file, a wrong option).
 * Printed in two lines, what and what to do, without a stack. Bad data in a log is never an error but a value,
 * counted and sampled; a bug throws an ordinary `Error`.
 */
export type TroubleCode =
  | 'wrong-call'
  | 'no-such-path'
  | 'not-readable'
  | 'no-logs'
  | 'not-a-log'
  | 'truncated'
  | 'same-log'
  | 'bad-scenario'
  | 'bad-forms'
  | 'no-journal'
  | 'not-writable'
  /** The configuration is not as it must be, or names what is not there. */
  | 'bad-config'
  /** Another process has the store; it is damaged; its disk is full; a newer version made it. */
  | 'store-busy'
  | 'store-corrupt'
  | 'store-full'
  | 'store-newer'
  /** The server that keeps it does not answer, or can do nothing now. */
  | 'store-away'
  /** What was saved is of another version, and must be made anew. */
  | 'other-format'
  /** The user who runs the program may not do this. */
  | 'no-rights'
  /** A firewall's program is not there, refused, or did not answer in time. */
  | 'firewall-failed'
  /** An alarm could not be delivered. */
  | 'alarm-failed'
  /** No daemon answers. */
  | 'not-running';

export class Trouble extends Error {
  override readonly name = 'Trouble';
  readonly code: TroubleCode;
  /** What the operator can do about it, one sentence. */
  readonly remedy: string;

  constructor(code: TroubleCode, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
