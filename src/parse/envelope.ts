/**
 * What stands around a message: stamp, host, program, process. One scanner over the characters for the envelopes
 * that text logs have:
 *
 * - RFC 3164 as syslog daemons write it: `Nov 19 15:04:22 host sshd[40232]: ..`, with `<38>` before it, FreeBSD's
 *   `<auth.info>` behind the stamp, a year (`Nov 19 2008 15:04:22`, `2008 Nov 19 15:04:22`), fractions, AIX's
 *   `auth|security:info`, Solaris' `[ID 800047 auth.info]`, macOS' `<Notice>:`, or no host;
 * - ISO 8601: `2026-02-01T00:00:01.123456+00:00 host sshd[1]: ..`, blank for T, `Z`, `+0100`, no zone;
 * - RFC 5424: `<38>1 2026-02-01T00:00:01Z host sshd 123 - - ..`;
 * - journalctl -o short, short-precise, short-iso, short-full, short-unix, with-unit (systemd's journalctl(1)).
 *
 * One object is filled again for every line: ten million of them need no garbage.
 */
import { readOwnStamp } from './own-stamp.ts';
import { digit, isBlank, NO_STAMP, STAMP_ZONED, Stamp } from './stamp.ts';

export class Envelope {
  text = '';
  readonly stamp = new Stamp();
  stampEnd = 0;
  /** Whether the stamp is one of own-stamp.ts, which no syslog writes. */
  hasOwnStamp = false;
  hostStart = 0;
  hostEnd = 0;
  programStart = 0;
  programEnd = 0;
  /** -1 where there is none. */
  pid = -1;
  /** PAM module of the old tag `sshd(pam_unix)[123]`, else the empty string. */
  module = '';
  messageStart = 0;
  /** `last message repeated 3 times`: 3, else 0. */
  repeated = 0;
  /** For envelopes whose message is not a part of the line (journal JSON). */
  message: string | null = null;
  host: string | null = null;
  program: string | null = null;

  /** Splits a line. What it finds no stamp and no program in is a bare message. */
  read(text: string): void {
    this.text = text;
    this.stamp.kind = NO_STAMP;
    this.hostStart = this.hostEnd = this.programStart = this.programEnd = this.messageStart = 0;
    this.pid = -1;
    this.module = '';
    this.repeated = 0;
    this.hasOwnStamp = false;
    this.message = this.host = this.program = null;
    let i = 0;
    if (text.charCodeAt(0) === LESS) {
      const end = priorityEnd(text, 0);
      if (end > 0) {
        i = end;
        if (text.startsWith('1 ', i)) {
          this.#readRfc5424(i + 2);
          return;
        }
        while (text.charCodeAt(i) === SPACE) i++;
      }
    }
    i = this.stamp.read(text, i);
    this.stampEnd = i;
    if (this.stamp.kind === NO_STAMP) {
      // not behind a priority: whoever has that has syslog's stamp
      const end = i === 0 ? readOwnStamp(text, this.stamp) : 0;
      if (end > 0) {
        this.stampEnd = end;
        this.hasOwnStamp = true;
        this.#readTag(end, true);
        return;
      }
      this.stamp.kind = NO_STAMP;
      this.#readTag(i, false);
      return;
    }
    this.#readTag(i, true);
  }

  /** Host and tag behind the stamp. A line without a stamp has no host either, at most a tag. */
  #readTag(from: number, stamped: boolean): void {
    const text = this.text;
    let i = from;
    while (isBlank(text, i)) i++;
    this.messageStart = i;
    if (text.charCodeAt(i) === LESS) {
      const end = text.indexOf('> ', i);
      if (end > 0 && end - i < 24) i = end + 2;
    }
    const tokenEnd = wordEnd(text, i);
    if (stamped) {
      // `host tag: ..` unless the first word is itself a tag, or the host is missing and two blanks show it
      const blankHost = i - from > 1 && text.charCodeAt(from) === SPACE && isTag(text, i, tokenEnd);
      if (blankHost || isTag(text, i, tokenEnd)) {
        this.hostStart = this.hostEnd = i;
      } else {
        this.hostStart = i;
        this.hostEnd = tokenEnd;
        i = tokenEnd;
        while (text.charCodeAt(i) === SPACE) i++;
      }
    }
    if (text.startsWith('last message repeated ', i) || text.startsWith('--- last message repeated ', i)) {
      this.#readLastRepeated(i);
      return;
    }
    let end = wordEnd(text, i);
    // AIX: `auth|security:info sshd[1]: ..`, busybox: `auth.info sshd[1]: ..`
    if (
      end > i &&
      text.charCodeAt(end - 1) !== COLON &&
      PRIORITY.test(text.slice(i, Math.min(end, i + 40)))
    ) {
      i = end + 1;
      end = wordEnd(text, i);
    }
    // without a stamp a word and a colon may as well begin the message: `error: PAM: ..`
    const isTagged =
      this.#readProgram(i, end, stamped) && (stamped || this.pid >= 0 || text.startsWith('sshd', i));
    if (!isTagged && this.stamp.kind === STAMP_ZONED && this.#readWithoutVersion()) return;
    if (!isTagged) {
      this.programStart = this.programEnd = i;
      this.pid = -1;
      this.module = '';
      this.messageStart = stamped ? i : from;
      return;
    }
    if (text.startsWith('last message repeated ', this.messageStart))
      this.#readLastRepeated(this.messageStart);
  }

  /** `sshd[123]:`, `sshd:`, `/usr/sbin/sshd[1]:`, `sshd(pam_unix)[1]:`, `sshd[1] <Notice>:`. */
  #readProgram(start: number, end: number, stamped: boolean): boolean {
    const text = this.text;
    let programEnd = start;
    while (programEnd < end) {
      const c = text.charCodeAt(programEnd);
      // a unit's name has colons inside: `sshd@3-192.0.2.9:22-192.0.2.1:4711.service[7]:`
      if (c === BRACKET || c === PARENTHESIS || (c === COLON && programEnd === end - 1)) break;
      programEnd++;
    }
    let i = programEnd;
    if (i === end && !stamped) return false;
    if (text.charCodeAt(i) === PARENTHESIS) {
      const close = text.indexOf(')', i);
      if (close < 0 || close > end) return false;
      this.module = text.slice(i + 1, close);
      i = close + 1;
    }
    let pid = -1;
    if (text.charCodeAt(i) === BRACKET) {
      pid = 0;
      i++;
      for (; i < text.length; i++) {
        const c = text.charCodeAt(i);
        if (c < 48 || c > 57) break;
        pid = pid * 10 + c - 48;
        if (pid > 4_294_967_295) return false;
      }
      if (text.charCodeAt(i) !== BRACKET_CLOSE) return false;
      i++;
    }
    if (text.startsWith(' <', i)) {
      const close = text.indexOf('>', i);
      if (close > 0 && close - i < 24) i = close + 1;
    }
    if (text.charCodeAt(i) === COLON) i++;
    else if (!stamped || pid < 0) return false;
    const before = text.charCodeAt(i);
    if (i < text.length && before !== SPACE) return false;
    this.programStart = start;
    this.programEnd = programEnd;
    this.pid = pid;
    if (before === SPACE) i++;
    // Solaris: `[ID 800047 auth.info] ..`
    if (text.startsWith('[ID ', i)) {
      const close = text.indexOf('] ', i);
      if (close > 0 && close - i < 40) i = close + 2;
    }
    // PAM before 0.79 in programs that have opened syslog themselves: `sshd[1]: (pam_unix) authentication failure; ..`
    if (this.module === '' && text.startsWith('(pam_', i)) {
      const close = text.indexOf(') ', i);
      if (close > 0 && close - i < 40) {
        this.module = text.slice(i + 1, close);
        i = close + 2;
      }
    }
    this.messageStart = i;
    return true;
  }

  #readLastRepeated(start: number): void {
    const match = /^(?:--- )?last message repeated (\d{1,9}) times?(?: ---)?\s*$/.exec(
      this.text.slice(start),
    );
    if (match !== null) {
      this.repeated = Number(match[1]);
      this.messageStart = start;
    }
  }

  /** sysklogd writes RFC 5424 without priority and version: `2026-02-01T00:00:01Z host dropbear 6052 - - ..`. */
  #readWithoutVersion(): boolean {
    const { text, stampEnd } = this;
    if (!/^ \S{1,255} [\w./-]{1,48} (?:\d{1,10}|-) \S{1,32} [-[]/.test(text.slice(stampEnd, stampEnd + 400)))
      return false;
    this.#readRfc5424(0);
    return true;
  }

  /** RFC 5424 section 6: behind the version. Structured data is skipped. */
  #readRfc5424(from: number): void {
    const text = this.text;
    let i = from;
    if (text.startsWith('- ', i)) i++;
    else {
      i = this.stamp.read(text, i);
      if (this.stamp.kind === NO_STAMP) return;
    }
    this.stampEnd = i;
    const host = ++i;
    i = wordEnd(text, i);
    this.hostStart = host;
    this.hostEnd = text.slice(host, i) === '-' ? host : i;
    const program = ++i;
    i = wordEnd(text, i);
    this.programStart = program;
    this.programEnd = i;
    const process = ++i;
    i = wordEnd(text, i);
    const pid = text.slice(process, i);
    this.pid = /^\d{1,10}$/.test(pid) ? Number(pid) : -1;
    i = wordEnd(text, i + 1) + 1; // MSGID
    if (text.charCodeAt(i) === BRACKET) i = structuredDataEnd(text, i);
    else if (text.charCodeAt(i) === DASH) i++;
    if (text.charCodeAt(i) === SPACE) i++;
    if (text.charCodeAt(i) === 0xfeff) i++;
    // rsyslog's RSYSLOG_SyslogProtocol23Format keeps the blank that stood behind the old tag
    else if (text.charCodeAt(i) === SPACE) i++;
    this.messageStart = Math.min(i, text.length);
  }
}

/** Facility and priority as words: syslog(3)'s names, and AIX's pairs of them. */
const PRIORITY =
  /^(?:\w+\|\w+:\w+|(?:auth|authpriv|daemon|user|security|local[0-7])\.(?:emerg|alert|crit|err|warn|notice|info|debug))$/;

const SPACE = 32;
const PARENTHESIS = 40;
const DASH = 45;
const COLON = 58;
const LESS = 60;
const BRACKET = 91;
const BRACKET_CLOSE = 93;

function wordEnd(text: string, start: number): number {
  const end = text.indexOf(' ', start);
  return end < 0 ? text.length : end;
}

/** Behind `<38>`; 0 when there is no priority. */
function priorityEnd(text: string, start: number): number {
  let i = start + 1;
  while (i < start + 4 && digit(text, i) >= 0) i++;
  return i > start + 1 && text.charCodeAt(i) === 62 ? i + 1 : 0;
}

/** Whether the word is a program's tag (`sshd[1]:`, `sshd:`) rather than a host. */
function isTag(text: string, start: number, end: number): boolean {
  if (end <= start) return false;
  const last = text.charCodeAt(end - 1);
  if (last !== COLON) return false;
  const open = text.indexOf('[', start);
  // an IPv6 address as host ends in no colon but `::`
  return (open > start && open < end) || text.charCodeAt(end - 2) !== COLON;
}

function structuredDataEnd(text: string, start: number): number {
  let quoted = false;
  for (let i = start; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (quoted) {
      if (c === 92) i++;
      else if (c === 34) quoted = false;
    } else if (c === 34) quoted = true;
    else if (c === BRACKET_CLOSE && text.charCodeAt(i + 1) !== BRACKET) return i + 1;
  }
  return text.length;
}
