/** `slowbrute exchange`: what sites that share no logs tell each other of who attacks them (docs/exchange.md). */
import { readFileSync, writeFileSync } from 'node:fs';
import { Beliefs } from '../exchange/belief.ts';
import {
  type DocumentRefusal,
  groupId,
  LONGEST_LIFE_SECONDS,
  readDocument,
  signed,
} from '../exchange/document.ts';
import { alikeness, fingerprint, sourceHash } from '../exchange/hashing.ts';
import { ExchangePlace } from '../exchange/place.ts';
import { bodyOf, namesOf } from '../exchange/tell.ts';
import { Trouble } from '../model/error.ts';
import { isoTime, renderRows } from '../show/history.ts';
import { spanOption } from './block.ts';
import type { CommandEffects } from './effects.ts';
import { configured, type PlaceOptions, withQuestions } from './history-access.ts';

/** Names of campaigns that are as alike as this are one list: strangers' lists share a twentieth, and 0.04 is chance. */
const ALIKE = 0.25;

const REFUSALS: Readonly<Record<DocumentRefusal, string>> = {
  'no-document': 'it is no document of an exchange',
  'unknown-peer': 'no peer has the key that it was signed with',
  'bad-signature': 'its signature is wrong: it was changed on its way',
  'other-group': 'it is of another group than this peer',
  replayed: 'the same one, or a later one, was taken before',
  over: 'it is over',
  'from-the-future': 'it was made in the future: one of the clocks is wrong',
  'too-long-lived': 'it would hold for more than 30 days',
};

/** Prints the key of this site; makes a group, or joins one whose key comes on standard input. */
export async function exchangeKeys(
  options: PlaceOptions & { readonly newGroup: string | null; readonly join: string | null },
  effects: CommandEffects,
): Promise<number> {
  const place = placeOf(options, effects);
  if (options.newGroup !== null) {
    effects.stdout.write(`${place.addGroup(options.newGroup, null)}\n`);
    effects.stderr.write(
      'slowbrute: this is the key of the group: whoever has it can try all addresses of IPv4\n',
    );
    return 0;
  }
  if (options.join !== null) {
    let text = '';
    for await (const piece of effects.stdin) text += String(piece);
    place.addGroup(options.join, text.trim());
  }
  effects.stdout.write(`site ${place.site()}\n`);
  for (const { name, id } of place.groups()) effects.stdout.write(`group ${name} ${id}\n`);
  return 0;
}

export interface PeerOptions extends PlaceOptions {
  readonly key: string | null;
  readonly group: string | null;
  readonly weight: number;
  readonly alone: boolean;
  readonly format: 'text' | 'json';
}

/** Adds or changes (`add`), removes, or lists peers. */
export async function exchangePeers(
  verb: 'list' | 'add' | 'remove',
  name: string | null,
  options: PeerOptions,
  effects: CommandEffects,
): Promise<number> {
  const place = placeOf(options, effects);
  if (verb === 'remove') place.removePeer(name ?? '');
  if (verb === 'add') {
    const { key, group, weight, alone } = options;
    if (name === null || key === null || group === null)
      throw new Trouble(
        'wrong-call',
        'a peer has a name, --key and --group',
        'See: slowbrute exchange peers --help',
      );
    place.setPeer({ name, site: key, group, weight, alone });
  }
  const heard = new Map(place.heard().map(({ peer, body }) => [peer.name, body]));
  for await (const piece of renderRows(
    place.peers(),
    [
      { title: 'peer', key: 'name', of: (peer) => peer.name, most: 64 },
      { title: 'group', key: 'group', of: (peer) => peer.group },
      { title: 'weight', key: 'weight', of: (peer) => peer.weight },
      { title: 'alone', key: 'alone', of: (peer) => (peer.alone ? 'may block' : 'never blocks') },
      { title: 'number', key: 'number', of: (peer) => peer.lastNumber },
      { title: 'told', key: 'participants', of: (peer) => heard.get(peer.name)?.participants.length ?? 0 },
      { title: 'until', key: 'until', of: (peer) => isoTime(heard.get(peer.name)?.expires ?? null) },
    ],
    options.format,
  ))
    effects.stdout.write(piece);
  return 0;
}

export interface ExportOptions extends PlaceOptions {
  readonly group: string;
  readonly confidence: number;
  readonly since: string;
  readonly life: string;
  readonly output: string | null;
}

/** Writes what this site tells: signed, to a file or standard output. */
export async function exchangeExport(options: ExportOptions, effects: CommandEffects): Promise<number> {
  const place = placeOf(options, effects);
  const now = effects.now();
  const groupKey = place.groupKey(options.group);
  const lifeSeconds = span(options.life);
  const sinceSeconds = span(options.since);
  if (lifeSeconds > LONGEST_LIFE_SECONDS)
    throw new Trouble('wrong-call', `--for ${options.life}: longer than 30 days`, 'Nobody would take it.');
  const told = await withQuestions(options, effects, (history) =>
    bodyOf(history, {
      site: place.site(),
      groupKey,
      number: place.nextNumber(),
      now,
      lifeSeconds,
      since: now - sinceSeconds,
      leastConfidence: options.confidence,
    }),
  );
  const text = signed(told.body, place.siteKey());
  if (options.output === null) effects.stdout.write(text);
  else {
    try {
      writeFileSync(options.output, text, { mode: 0o600 });
    } catch (error) {
      throw new Trouble(
        'not-writable',
        `${options.output}: cannot be written: ${String(error)}`,
        'Name another file.',
      );
    }
  }
  const { people, unsure, notPublic } = told.left;
  effects.stderr.write(
    `slowbrute: ${told.body.participants.length} sources of ${told.body.campaigns.length} campaigns; not told: ` +
      `${people} from which somebody has logged in, ${unsure} too unsure, ${notPublic} that are no public address\n`,
  );
  return 0;
}

/** Takes what a peer tells, if it is genuine and new; says what of it is known here. */
export async function exchangeImport(
  path: string,
  options: PlaceOptions & { readonly format: 'text' | 'json' },
  effects: CommandEffects,
): Promise<number> {
  const place = placeOf(options, effects);
  const text = await documentText(path, effects);
  const peers = place.peers();
  const result = readDocument(text, {
    peer: (site) => {
      const peer = peers.find((one) => one.site === site);
      return peer && { group: groupId(place.groupKey(peer.group)), lastNumber: peer.lastNumber };
    },
    now: effects.now(),
  });
  if ('refused' in result)
    throw new Trouble(
      'wrong-call',
      `${path}: is not taken: ${REFUSALS[result.refused]}`,
      result.refused === 'unknown-peer'
        ? 'slowbrute exchange peers add NAME --key KEY --group GROUP makes a peer of it.'
        : 'Ask the peer for a new one.',
    );
  const { body } = result;
  const peer = peers.find(({ site }) => site === body.site)!;
  place.keep(peer, body);
  const groupKey = place.groupKey(peer.group);
  const mine = await withQuestions(options, effects, async (history) => {
    const campaigns = [];
    for (const campaign of await history.campaigns({ limit: 200 })) {
      const sources = new Set(campaign.participants.map(({ source }) => source));
      const hashes = new Set([...sources].map((source) => sourceHash(groupKey, source)));
      const names = await namesOf(history, campaign, sources);
      campaigns.push({ id: campaign.id, hashes, print: fingerprint(groupKey, names) });
    }
    return campaigns;
  }).catch((error: unknown) => {
    if (error instanceof Trouble && error.code === 'not-running') return [];
    throw error;
  });
  const alike = body.campaigns.flatMap((theirs, at) => {
    const sources = body.participants.filter(({ campaign }) => campaign === at);
    return mine.flatMap(({ id, hashes, print }) => {
      const shared = sources.filter(({ source }) => hashes.has(source)).length;
      const names = theirs.fingerprint === '' ? null : alikeness(print, theirs.fingerprint);
      if (shared < 2 && (names ?? 0) < ALIKE) return [];
      return [
        { campaign: id, theirs: at, sharedSources: shared, sources: sources.length, namesInCommon: names },
      ];
    });
  });
  if (options.format === 'json') {
    effects.stdout.write(
      `${JSON.stringify({ peer: peer.name, number: body.number, participants: body.participants.length, alike })}\n`,
    );
    return 0;
  }
  effects.stdout.write(
    `${peer.name} tells of ${body.participants.length} sources of ${body.campaigns.length} campaigns, until ${isoTime(body.expires)}\n`,
  );
  for (const one of alike)
    effects.stdout.write(
      `  ${one.campaign} is at work there too: ${one.sharedSources} of its ${one.sources} sources` +
        `${one.namesInCommon === null ? '' : `, about ${Math.round(one.namesInCommon * 100)} % of the names`}\n`,
    );
  return 0;
}

/** What peers say of sources. Exit status 1 where nobody says anything of any. */
export async function exchangeCheck(
  sources: readonly string[],
  options: PlaceOptions & { readonly format: 'text' | 'json' },
  effects: CommandEffects,
): Promise<number> {
  const now = effects.now();
  const beliefs = new Beliefs(placeOf(options, effects).heard(), now);
  const rows = sources.map((source) => ({
    source,
    belief: beliefs.of((key) => sourceHash(key, source), now),
  }));
  for await (const piece of renderRows(
    rows,
    [
      { title: 'source', key: 'source', of: ({ source }) => source, most: 60 },
      {
        title: 'belief',
        key: 'confidence',
        of: ({ belief }) => (belief === null ? null : Number(belief.confidence.toFixed(4))),
      },
      { title: 'told by', key: 'peers', of: ({ belief }) => belief?.peers.join(', ') ?? null },
      { title: 'blocks', key: 'mayBlock', of: ({ belief }) => (belief?.mayBlock === true ? 'may' : 'never') },
      { title: 'until', key: 'until', of: ({ belief }) => isoTime(belief?.until ?? null) },
    ],
    options.format,
  ))
    effects.stdout.write(piece);
  return rows.some(({ belief }) => belief !== null) ? 0 : 1;
}

function span(text: string): number {
  const seconds = spanOption(text);
  if (seconds !== null) return seconds;
  throw new Trouble('wrong-call', `${text}: is no span with an end`, 'Write it as 36h, 7d or 4w.');
}

async function documentText(path: string, effects: CommandEffects): Promise<string> {
  if (path === '-') {
    let text = '';
    for await (const piece of effects.stdin) text += String(piece);
    return text;
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Trouble(
      'no-such-path',
      `${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'Name the file that the peer has sent.',
    );
  }
}

function placeOf(options: PlaceOptions, effects: CommandEffects): ExchangePlace {
  return new ExchangePlace(configured(options, effects).places.stateFolder);
}
