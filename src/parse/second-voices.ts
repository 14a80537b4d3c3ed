/**
 * Some attempts are told of twice, in two files, by two programs: vsftpd writes vsftpd.log, and the PAM module that it
 * asked writes auth.log; postfix tells of a refused login, and so does dovecot, whose database it asked. The module's
 * row is appended like any other and noted here; when everything was read, it is set off against a row of the same
 * source that a service itself told of, or that another module did, at most {@link SAME_ATTEMPT_SECONDS} away. What is
 * left of the modules' rows are attempts of services that say nothing themselves.
 *
 * The row that stays learns what the other one knew: postfix before 3.? names no user, dovecot's database does.
 */
import { ACCOUNT_KNOWN, ACCOUNT_NOT_TOLD, ACCOUNT_UNKNOWN, NO_USER } from '../model/attempt.ts';
import type { AttemptTableBuilder } from '../model/table.ts';

/**
 * How far apart two voices of one attempt are: a login process that waits for the client's next try says so when the
 * connection ends, after 180 s at the latest (dovecot, CLIENT_LOGIN_TIMEOUT_MSECS). At half of it slow clients count
 * twice; at twice, two attempts of a slow source become one, but campaigns here return after minutes at the soonest.
 */
export const SAME_ATTEMPT_SECONDS = 180;

interface Note {
  readonly row: number;
  readonly module: string;
  readonly user: string | null;
  readonly known: boolean | null;
}

export class SecondVoices {
  readonly #builder: AttemptTableBuilder;
  readonly #notes: Note[] = [];

  constructor(builder: AttemptTableBuilder) {
    this.#builder = builder;
  }

  /** Row `row` was told by a module, not by the service itself. */
  add(row: number, module: string, user: string | null, known: boolean | null): void {
    this.#notes.push({ row, module, user, known });
  }

  /** Takes out the modules' rows that another row tells of. Rows are the builder's, in the order of appending. */
  settle(): void {
    const builder = this.#builder;
    // of a busy source's attempts most are only counted (counted.ts)
    const notes = this.#notes.splice(0).filter((note) => builder.sourceOf(note.row) >= 0);
    if (notes.length === 0) return;
    const noted = new Set(notes.map((note) => note.row));
    const sources = new Set(notes.map((note) => builder.sourceOf(note.row)));
    /** Rows of each source that stand, by time. */
    const standing = new Map<number, number[]>();
    for (let row = 0; row < builder.length; row++) {
      const source = builder.sourceOf(row);
      // sshd's own modules are joined to its connections; those here speak for other services
      if (!sources.has(source) || noted.has(row) || builder.serviceOf(row) === 0) continue;
      const rows = standing.get(source);
      if (rows === undefined) standing.set(source, [row]);
      else rows.push(row);
    }
    for (const rows of standing.values()) rows.sort((a, b) => builder.timeOf(a) - builder.timeOf(b) || a - b);

    const byModule = new Map<string, Note[]>();
    for (const note of notes) {
      const of = byModule.get(note.module);
      if (of === undefined) byModule.set(note.module, [note]);
      else of.push(note);
    }
    for (const ofModule of byModule.values()) {
      ofModule.sort((a, b) => builder.timeOf(a.row) - builder.timeOf(b.row) || a.row - b.row);
      const left = new Map<number, number[]>();
      const places = new Map<number, { next: number; rows: number[] }>();
      for (const note of ofModule) {
        const source = builder.sourceOf(note.row);
        let place = places.get(source);
        if (place === undefined) {
          place = { next: 0, rows: standing.get(source) ?? [] };
          places.set(source, place);
        }
        const time = builder.timeOf(note.row);
        while (
          place.next < place.rows.length &&
          builder.timeOf(place.rows[place.next]!) < time - SAME_ATTEMPT_SECONDS
        )
          place.next++;
        const row = place.rows[place.next];
        if (row !== undefined && builder.timeOf(row) <= time + SAME_ATTEMPT_SECONDS) {
          place.next++;
          builder.drop(note.row);
          this.#amend(row, note);
        } else {
          const rows = left.get(source);
          if (rows === undefined) left.set(source, [note.row]);
          else rows.push(note.row);
        }
      }
      // what this module alone told stands for the next one
      for (const [source, rows] of left) {
        const all = [...(standing.get(source) ?? []), ...rows];
        standing.set(
          source,
          all.sort((a, b) => builder.timeOf(a) - builder.timeOf(b) || a - b),
        );
      }
    }
  }

  #amend(row: number, { user, known }: Note): void {
    const account = known === null ? ACCOUNT_NOT_TOLD : known ? ACCOUNT_KNOWN : ACCOUNT_UNKNOWN;
    this.#builder.amend(row, user === null ? NO_USER : this.#builder.userId(user), account, 0);
  }
}
