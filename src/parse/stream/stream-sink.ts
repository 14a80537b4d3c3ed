/**
 * Attempts as a stream: each is told as soon as it is appended, under the name of its line; what a later line tells more of
 * it is told as an amendment. Nothing is kept here but what was not fetched yet: no table, no list of texts.
 */
import { ACCOUNT_KNOWN, ACCOUNT_NOT_TOLD, METHODS, SUCCESS } from '../../model/attempt.ts';
import { ownCopy } from '../../model/interner.ts';
import type { AttemptName, StreamedAttempt, Told } from '../../model/stream.ts';
import type { AttemptSink, Mark } from '../sink.ts';

/**
 * What a parser tells. `module` of an attempt: a module told of it, and the service itself may do so too (voices.ts). An
 * amendment has all that is known now; null is 'not told', and takes nothing back.
 */
export type Spoken =
  | { readonly kind: 'attempt'; readonly attempt: StreamedAttempt; readonly module: string | null }
  | Extract<Told, { readonly kind: 'amended' }>;

/** An attempt as later lines may amend it; plain data, small enough to be kept with each live connection. */
export interface StreamRow {
  readonly line: number;
  readonly nth: number;
  user: string | null;
  account: number;
  method: number;
}

export class StreamSink implements AttemptSink<StreamRow> {
  readonly #input: string;
  #told: Spoken[] = [];

  /** `input`: as {@link AttemptName.input}. */
  constructor(input: string) {
    this.#input = input;
  }

  /** What was told since the last call, in order. */
  drain(): readonly Spoken[] {
    if (this.#told.length === 0) return NOTHING;
    const told = this.#told;
    this.#told = [];
    return told;
  }

  append(
    time: number,
    source: string,
    user: string | null,
    sensor: string,
    outcome: number,
    account: number,
    method: number,
    service: string,
    mark: Mark,
    nth: number,
  ): StreamRow {
    const { line, text } = mark;
    const own = user === null ? null : ownCopy(user);
    const name: AttemptName = { input: this.#input, line, nth };
    this.#told.push({
      kind: 'attempt',
      attempt: {
        time,
        source,
        user: own,
        sensor,
        success: outcome === SUCCESS,
        known: knownOf(account),
        method: methodOf(method),
        name,
        service,
        text,
      },
      module: null,
    });
    return { line, nth, user: own, account, method };
  }

  amend(row: StreamRow, user: string | null, account: number, method: number): void {
    const knowsUser = row.user === null && user !== null;
    const knowsAccount = account > row.account;
    const knowsMethod = row.method === 0 && method !== 0;
    if (!knowsUser && !knowsAccount && !knowsMethod) return;
    if (knowsUser) row.user = ownCopy(user);
    if (knowsAccount) row.account = account;
    if (knowsMethod) row.method = method;
    this.#told.push({
      kind: 'amended',
      name: { input: this.#input, line: row.line, nth: row.nth },
      user: row.user,
      known: knownOf(row.account),
      method: methodOf(row.method),
    });
  }

  isModules(row: StreamRow, module: string): void {
    const last = this.#told.at(-1);
    if (last?.kind === 'attempt' && last.attempt.name.line === row.line)
      this.#told[this.#told.length - 1] = { ...last, module };
  }
}

const NOTHING: readonly Spoken[] = [];

/** Whether the account exists, by its code in model/attempt.ts; null where no line told. */
export function knownOf(account: number): boolean | null {
  return account === ACCOUNT_NOT_TOLD ? null : account === ACCOUNT_KNOWN;
}

function methodOf(code: number): string | null {
  return code === 0 ? null : (METHODS[code] ?? null);
}
