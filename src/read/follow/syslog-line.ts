/**
 * A received message as the line that a syslogd would write of it: its own stamp and host where it has them (RFC 3164, RFC 5424, and
 * what programs make of them); the time of arrival and the sender's address where not (RFC 3164, section 4.3). Characters that
 * would end the line are written as rsyslog does, `#012` for a newline.
 *
 * The name in a message is the sender's to choose. With `sensorBy: 'address'` the address it came from is put in its place, so that
 * nobody can speak for another sensor. Bytes stay bytes: nothing is decoded here.
 */

const PRIORITY = /^<\d{1,3}>/;
const STAMP =
  /^(?:[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: \d{4})?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)(?= |$)/;
/** RFC 5424, section 6: version, stamp, host. */
const RFC5424 = /^1 (\S{1,64}) (\S{1,255})(?= )/;

/** `peer`: the sender's address. `now`: seconds since 1970. Without its newline; empty for an empty message. */
export function lineOf(message: Buffer, peer: string, sensorBy: 'header' | 'address', now: number): Buffer {
  let text = message.toString('latin1');
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 13 && /[\0\r\n]/.test(text[end - 1]!)) end--;
  text = text.slice(0, end);
  if (text === '') return Buffer.alloc(0);
  if (/[\0\r\n]/.test(text))
    text = text.replace(/[\0\r\n]/g, (c) => `#${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return Buffer.from(withHeader(text, peer, sensorBy, now), 'latin1');
}

function withHeader(text: string, peer: string, sensorBy: 'header' | 'address', now: number): string {
  const priority = PRIORITY.exec(text)?.[0] ?? '';
  const rest = text.slice(priority.length);
  const structured = priority === '' ? null : RFC5424.exec(rest);
  if (structured !== null) {
    const [header, stamp, host] = structured as unknown as readonly [string, string, string];
    const isNamed = host !== '-' && sensorBy === 'header';
    const time = stamp === '-' ? isoOf(now) : stamp;
    return `${priority}1 ${time} ${isNamed ? host : peer}${rest.slice(header.length)}`;
  }
  // a record speaks for itself
  if (rest.startsWith('{') && sensorBy === 'header') return rest;
  const stamp = STAMP.exec(rest)?.[0];
  if (stamp === undefined) return `${priority}${isoOf(now)} ${peer} ${rest}`;
  const behind = rest.slice(stamp.length).trimStart();
  const blank = behind.indexOf(' ');
  const word = blank < 0 ? behind : behind.slice(0, blank);
  if (isTag(word) || word === '') return `${priority}${stamp} ${peer} ${behind}`;
  if (sensorBy === 'header') return text;
  return `${priority}${stamp} ${peer}${behind.slice(word.length)}`;
}

/** `sshd[123]:` or `sshd:`, as a program writes that leaves the host to the syslogd; an IPv6 address ends in no colon but `::`. */
function isTag(word: string): boolean {
  return /^[^[\]]+\[\d+\]:?$/.test(word) || (word.endsWith(':') && !word.endsWith('::'));
}

function isoOf(now: number): string {
  return new Date(now * 1000).toISOString();
}
