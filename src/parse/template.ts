/**
 * The template language in which the forms of log messages are written, and its compiler.
 *
 * A template is the message as the program's format string has it, with fields in angle brackets and what may be
 * missing in braces: `[Invalid|Illegal] user <user> from <source>{ port <port>}`. `[a|b]` is one of the two,
 * `{a|b}` one or nothing, a backslash makes the next character literal. Nothing else has a meaning, so that the same
 * text can be compiled to another machine than RegExp.
 *
 * A user name is the attacker's text and may contain anything, also ` from 192.0.2.1 port 22 ssh2`. What is certain
 * are the parts that the server wrote around it. So `<user>` takes as much as it can and the fields after it are
 * those nearest to the line's end: whatever the name, the true ending is behind it. Where hostile text also stands
 * behind the fields (`<hostile>`: a certificate's identity, the second name of `(a,ssh) -> (b,ssh)`), the first and
 * the last place that fit must be the same one, else the message is ambiguous and not read.
 *
 * Time is linear in the message: at most one field before the fixed ones is unbounded, every other is bounded or
 * runs to the end, so going back from the end meets each place once.
 */

/** Fields whose text the reading keeps, in the order of {@link Captured.groups}. */
export type FieldName = 'user' | 'source' | 'port' | 'method' | 'count' | 'module' | 'known' | 'session';

interface FieldType {
  /** Field of the reading that the text goes to; null for text that is only skipped. */
  readonly field: FieldName | null;
  readonly pattern: string;
  /** Text that a stranger chooses freely. */
  readonly hostile?: true;
}

export const FIELD_TYPES: Readonly<Record<string, FieldType>> = {
  user: { field: 'user', pattern: '.*', hostile: true },
  /** A user of which the server has made sure that it has no blanks. */
  name: { field: 'user', pattern: '\\S{1,300}' },
  /** An address or, with UseDNS or from PAM's rhost, a host name: at most 255 characters and a zone. */
  source: { field: 'source', pattern: '\\S{1,300}' },
  /** Where sshd always writes the numeric address (ssh_remote_ipaddr), or UNKNOWN when the peer is gone. */
  address: { field: 'source', pattern: '(?:[0-9A-Fa-f:.]{2,60}(?:%[^\\s%]{1,64})?|UNKNOWN)' },
  /** The same where a colon and a port may follow: of dotted quads the port is not a part. */
  ip: {
    field: 'source',
    pattern:
      '(?:(?:::ffff:)?\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,58}(?:%[^\\s%]{1,64})?)',
  },
  port: { field: 'port', pattern: '\\d{1,5}' },
  method: { field: 'method', pattern: '\\S{0,100}' },
  count: { field: 'count', pattern: '\\d{1,9}' },
  /** What lines of one session share, where that is not the process number. */
  session: { field: 'session', pattern: '[\\w+/=.-]{1,100}' },
  /** `pam_unix(sshd:auth):`, `pam_krb5[123]:`, `pam_ldap:`; the module's name with its decoration. */
  pam: { field: 'module', pattern: 'pam_\\w{1,40}(?:\\([^()\\s]{0,80}\\)|\\[\\d{1,10}\\])?:' },
  'pam-unix': { field: 'module', pattern: 'pam_unix2?(?:\\([^()\\s]{0,80}\\)|\\[\\d{1,10}\\])?:' },
  /** Any module but pam_unix, whose remarks are all listed. */
  'pam-other': {
    field: 'module',
    pattern: 'pam_(?!unix)\\w{1,40}(?:\\([^()\\s]{0,80}\\)|\\[\\d{1,10}\\])?:',
  },
  /** Says that there is no such account; empty where there is one (auth.c: authctxt->valid). */
  'invalid?': { field: 'known', pattern: '(?:invalid user |illegal user )?' },
  /** packet.c, log_preamble: whether the account of a connection that is not logged in exists. */
  state: { field: 'known', pattern: '(?:authenticating user|invalid user)' },
  /** A key's type and fingerprint, or a principal: one word or two. */
  key: { field: null, pattern: '\\S{1,300}(?: \\S{0,300})?' },
  /** pam_strerror: ends before the first ` for `, but three of its texts contain one (Linux-PAM, Solaris). */
  'pam-error': {
    field: null,
    pattern:
      '(?:Have exhausted maximum number of retries for service|No account present for user|' +
      'Conversation is waiting for event|(?:(?! for ).)*?)',
  },
  /** dovecot's database that was asked, as `pam` in `pam(user,192.0.2.1): ..`. */
  driver: { field: 'module', pattern: '[a-z][a-z0-9-]{0,30}' },
  /** Server's own text up to a comma. */
  clause: { field: null, pattern: '[^,]{0,300}' },
  /** exim's facts about a connection between `P=` and `A=`, none with a blank inside (log.c, `L=`, `X=`, `CV=`, ..). */
  'exim-facts': { field: null, pattern: '(?: (?:X|CV|SNI|K|L|TFO|PRX)(?:\\*?=\\S{0,200}|\\*)?){0,8}' },
  word: { field: null, pattern: '\\S{0,300}' },
  /** A host's name that the server looked up, which stands before its address in brackets. */
  host: { field: null, pattern: '[^\\s()\\[\\]]{0,255}' },
  /** What a mail client calls itself, without blanks, in parentheses. */
  helo: { field: null, pattern: '[^\\s()]{0,300}' },
  number: { field: null, pattern: '-?\\d{1,20}' },
  /** Blanks that a format string or a relay put there, also the one that does not break. */
  blanks: { field: null, pattern: '[ \\u00a0]{1,8}' },
  'blanks?': { field: null, pattern: '[ \\u00a0]{0,8}' },
  /** Text of the server's own. */
  text: { field: null, pattern: '.*' },
  /** Text of a stranger behind the fields. */
  hostile: { field: null, pattern: '.*', hostile: true },
};

export interface Template {
  readonly text: string;
  /** Whether a PAM module's name comes first. */
  readonly ofModule: boolean;
  /**
   * The literal words one of which a message of this template begins with (behind the module's name); empty where
   * a field comes there.
   */
  readonly firstWords: readonly string[];
  /** The longest piece of literal text that every message of it contains; it may be empty. */
  readonly anchor: string;
  /** How many texts of unbounded length it has that something must follow. */
  readonly strangers: number;
  /** Index of each field's group in a match, 0 where the template has no such field. */
  readonly groups: Readonly<Record<FieldName, number>>;
  /** Takes the last place that fits. */
  readonly last: RegExp;
  /** Takes the first place that fits; null where there can be only one. */
  readonly first: RegExp | null;
  /** {@link last} with the places of the groups, for showing them. */
  readonly spans: RegExp;
}

/** Compiles a template. Throws on an unknown field or an unclosed bracket: templates are ours. */
export function compileTemplate(text: string): Template {
  const groups: Record<FieldName, number> = {
    user: 0,
    source: 0,
    port: 0,
    method: 0,
    count: 0,
    module: 0,
    known: 0,
    session: 0,
  };
  let groupCount = 0;
  let hostileBefore = false;
  let ambiguous = false;
  let strangers = 0;
  let last = '';
  let first = '';
  const both = (pattern: string) => {
    last += pattern;
    first += pattern;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '<') {
      const end = text.indexOf('>', i);
      const name = text.slice(i + 1, end);
      const type = FIELD_TYPES[name];
      if (end < 0 || type === undefined) throw new Error(`template ${JSON.stringify(text)}: <${name}>`);
      // one at the very end is found without looking back
      if (type.pattern.startsWith('.*') && end < text.length - 1) strangers++;
      // a stranger's text before every field: its first place is the nearest
      const isLeading = type.hostile === true && !hostileBefore;
      if (type.hostile === true) {
        if (hostileBefore) ambiguous = true;
        hostileBefore = true;
      }
      if (type.field === null) {
        last += type.pattern;
        first += isLeading && type.pattern === '.*' ? '.*?' : type.pattern;
      } else {
        groupCount++;
        if (groups[type.field] !== 0) throw new Error(`template ${JSON.stringify(text)}: <${name}> twice`);
        groups[type.field] = groupCount;
        last += `(${type.pattern})`;
        first += type.hostile === true ? `(${type.pattern}?)` : `(${type.pattern})`;
      }
      i = end;
    } else if (c === '{' || c === '[') both('(?:');
    else if (c === '}') both(')?');
    else if (c === ']') both(')');
    else if (c === '|') both('|');
    else both((c === '\\' ? text[++i]! : c).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'));
  }
  return {
    text,
    ofModule: text.startsWith('<pam'),
    firstWords: firstWords(text.replace(/^<pam[^>]*> /, '')),
    anchor: anchorOf(text),
    strangers,
    groups,
    last: new RegExp(`^${last}$`, 's'),
    first: ambiguous ? new RegExp(`^${first}$`, 's') : null,
    spans: new RegExp(`^${last}$`, 'ds'),
  };
}

/** The longest literal outside of `{..}`, `[..]` and fields. */
function anchorOf(text: string): string {
  const pieces = [''];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '<') {
      i = text.indexOf('>', i);
      if (depth === 0) pieces.push('');
    } else if (c === '{' || c === '[') {
      if (depth++ === 0) pieces.push('');
    } else if (c === '}' || c === ']') depth--;
    else {
      const literal = c === '\\' ? text[++i]! : c;
      if (depth === 0) pieces[pieces.length - 1] += literal;
    }
  }
  return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest));
}

function firstWords(text: string): readonly string[] {
  const choice = /^\[([^<{[\]]+)\](?= |$|\{|<)/.exec(text);
  if (choice !== null) {
    const options = choice[1]!.split('|');
    // `[Disconnected|Aborted login]{: ..}`: a word that something may follow without a blank is not the whole word
    const isOpen = /^\{[^ ]/.test(text.slice(choice[0].length));
    if (isOpen && options.some((words) => !words.includes(' '))) return [];
    return options.map((words) => words.split(' ')[0]!);
  }
  const word = /^[^<{[ ]+(?= |$|\{ |<)/.exec(text);
  return word === null || text[word[0].length] === '<' ? [] : [word[0]];
}
