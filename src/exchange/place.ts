/**
 * What a site keeps of its exchange, in `exchange/` of the state folder (0700): its own key (`site.pem`), the keys of its groups, its peers
 * with the last number each told, and what each told last. A damaged file is the operator's trouble: to begin anew by itself
 * would forget which numbers were told, and take old documents again.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Trouble } from '../model/error.ts';
import type { HeardBody } from './belief.ts';
import { type ExchangeBody, groupId, isEncoded, newSiteKey, publicOf } from './document.ts';

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;

const peerSchema = z.strictObject({
  name: z.string().regex(NAME),
  /** Its public key. */
  site: z.string().regex(/^[\w-]{43}$/),
  group: z.string().regex(NAME),
  weight: z.number().min(0).max(1),
  alone: z.boolean(),
  /** Of what it told last; 0: nothing yet. */
  lastNumber: z.int().min(0),
});
const bookSchema = z.strictObject({
  schema: z.literal('slowbrute.exchange-peers/1'),
  /** Of the document that was told last. */
  number: z.int().min(0),
  /** base64url, 32 bytes each. */
  groups: z.record(z.string().regex(NAME), z.string().regex(/^[\w-]{43}$/)),
  peers: z.array(peerSchema).max(1000),
});

export type Peer = z.output<typeof peerSchema>;
type Book = z.output<typeof bookSchema>;

const EMPTY: Book = { schema: 'slowbrute.exchange-peers/1', number: 0, groups: {}, peers: [] };

export class ExchangePlace {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, 'exchange');
  }

  /** Changes whenever peers or what they told do: for whoever looks now and then. */
  get path(): string {
    return join(this.#folder, 'peers.json');
  }

  /** The site's own key, PEM; made at the first time. */
  siteKey(): string {
    const path = join(this.#folder, 'site.pem');
    if (!existsSync(path)) this.#write('site.pem', newSiteKey());
    return this.#read(path);
  }

  /** What peers are given. */
  site(): string {
    try {
      return publicOf(this.siteKey());
    } catch (error) {
      if (error instanceof Trouble) throw error;
      throw damaged(join(this.#folder, 'site.pem'));
    }
  }

  groups(): readonly { readonly name: string; readonly id: string }[] {
    return Object.entries(this.#book().groups).map(([name, key]) => ({ name, id: groupId(keyOf(key)) }));
  }

  /** Throws `Trouble` where there is no such group. */
  groupKey(name: string): Buffer {
    const key = this.#book().groups[name];
    if (key !== undefined) return keyOf(key);
    throw new Trouble(
      'wrong-call',
      `there is no group '${name.slice(0, 80)}'`,
      'slowbrute exchange keys --new-group NAME makes one; --join NAME takes the key of one from standard input.',
    );
  }

  /** A new group, or (with its key) one that others have made; its key, which all sites of it need. */
  addGroup(name: string, given: string | null): string {
    checkName(name, 'group');
    const book = this.#book();
    if (book.groups[name] !== undefined)
      throw new Trouble('wrong-call', `there is a group '${name}' already`, 'Choose another name.');
    const key = given ?? randomBytes(32).toString('base64url');
    if (!isEncoded(key, 32))
      throw new Trouble('wrong-call', 'this is no key of a group', 'It has 43 letters, digits, - and _.');
    this.#save({ ...book, groups: { ...book.groups, [name]: key } });
    return key;
  }

  peers(): readonly Peer[] {
    return this.#book().peers;
  }

  /** Adds a peer, or changes one of that name. */
  setPeer(peer: Omit<Peer, 'lastNumber'>): void {
    checkName(peer.name, 'peer');
    this.groupKey(peer.group);
    if (!isEncoded(peer.site, 32))
      throw new Trouble(
        'wrong-call',
        'this is no key of a site',
        'Ask the peer for: slowbrute exchange keys',
      );
    if (!(peer.weight >= 0 && peer.weight <= 1))
      throw new Trouble('wrong-call', `--weight ${peer.weight}: not from 0 to 1`, 'Give a probability.');
    const book = this.#book();
    const same = book.peers.find(({ site, name }) => site === peer.site && name !== peer.name);
    if (same !== undefined || peer.site === this.site())
      throw new Trouble(
        'wrong-call',
        same === undefined ? 'this is the key of this site itself' : `'${same.name}' has that key`,
        'One site is one witness.',
      );
    const before = book.peers.find(({ name }) => name === peer.name);
    // another key begins anew
    const lastNumber = before?.site === peer.site ? before.lastNumber : 0;
    this.#save({
      ...book,
      peers: [...book.peers.filter(({ name }) => name !== peer.name), { ...peer, lastNumber }],
    });
  }

  /** What it told is forgotten. */
  removePeer(name: string): void {
    const book = this.#book();
    if (!book.peers.some((one) => one.name === name))
      throw new Trouble(
        'wrong-call',
        `there is no peer '${name.slice(0, 80)}'`,
        'slowbrute exchange peers lists them.',
      );
    rmSync(join(this.#folder, heardName(name)), { force: true });
    this.#save({ ...book, peers: book.peers.filter((one) => one.name !== name) });
  }

  /** The number of the next document: never given twice, also when it is then not sent. */
  nextNumber(): number {
    const book = this.#book();
    this.#save({ ...book, number: book.number + 1 });
    return book.number + 1;
  }

  /** Keeps what a peer told, in place of what it told before. */
  keep(peer: Peer, body: ExchangeBody): void {
    const book = this.#book();
    // first what it says, then its number: a crash between the two lets it be imported again
    this.#write(heardName(peer.name), JSON.stringify(body));
    this.#save({
      ...book,
      peers: book.peers.map((one) => (one.name === peer.name ? { ...one, lastNumber: body.number } : one)),
    });
  }

  /** What all peers told last. */
  heard(): readonly HeardBody[] {
    return this.peers().flatMap((peer) => {
      const path = join(this.#folder, heardName(peer.name));
      if (!existsSync(path)) return [];
      const body = JSON.parse(this.#read(path)) as ExchangeBody;
      return body.site === peer.site ? [{ peer, body, groupKey: this.groupKey(peer.group) }] : [];
    });
  }

  #book(): Book {
    if (!existsSync(this.path)) return EMPTY;
    let value: unknown;
    try {
      value = JSON.parse(this.#read(this.path));
    } catch (error) {
      if (error instanceof Trouble) throw error;
      throw damaged(this.path);
    }
    const result = bookSchema.safeParse(value);
    if (!result.success) throw damaged(this.path);
    return result.data;
  }

  #save(book: Book): void {
    this.#write('peers.json', `${JSON.stringify(book, null, 2)}\n`);
  }

  #read(path: string): string {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw new Trouble(
        'not-readable',
        `${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
        'Run the command as the user whom the state folder belongs to.',
      );
    }
  }

  /** Whole, durable, or not at all. */
  #write(name: string, text: string): void {
    const path = join(this.#folder, name);
    const temporary = `${path}.${process.pid}.new`;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const file = openSync(temporary, 'w', 0o600);
      try {
        writeSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path);
    } catch (error) {
      throw new Trouble(
        'not-writable',
        `${path}: cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
        'Run the command as the user whom the state folder belongs to.',
      );
    }
  }
}

function keyOf(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}

function heardName(peer: string): string {
  return `heard-${Buffer.from(peer).toString('base64url')}.json`;
}

function checkName(name: string, what: string): void {
  if (!NAME.test(name))
    throw new Trouble(
      'wrong-call',
      `'${name.slice(0, 80)}' is no name for a ${what}`,
      'Take up to 64 letters, digits and . _ @ -, a letter or digit first.',
    );
}

function damaged(path: string): Trouble {
  return new Trouble(
    'not-readable',
    `${path}: is damaged`,
    'Put back a copy, or remove it and exchange keys again.',
  );
}
