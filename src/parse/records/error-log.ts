/**
 * Lines of the error logs of nginx (ngx_log.c) and Apache (ErrorLogFormat's default, and that of 2.2) taken apart: time,
 * and message; Apache writes the client before the message, where no stranger's text is. Since 2.4 the client's port
 * stands behind its address, a colon between, also where the address is IPv6 without brackets; before, there was none.
 * nginx writes the client between two texts of a stranger, the name and the request, neither of them escaped: where the
 * line has two clients, nobody can tell which is nginx's word, and `clients` is `several`.
 */

export interface ErrorLine {
  readonly shape: 'nginx-error' | 'apache-error';
  readonly values: {
    readonly time: string;
    readonly message: string;
    readonly client?: string;
    readonly port?: string;
    /** `several` where more than one stands in the line. */
    readonly clients?: 'several';
  };
}

const NGINX = /^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[[a-z]{1,10}\] \d{1,10}#\d{1,10}: (?:\*\d{1,20} )?/;
const CLIENT = /, client: (\S{1,300}?)(?=,|$)/g;
const APACHE =
  /^\[([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d(?:\.\d{1,6})? \d{4})\] (\[[\w-]{1,60}:[a-z0-9]{1,10}\] |\[[a-z]{1,10}\] )(?:\[pid \d{1,10}(?::tid \d{1,20})?\] )?(?:\(\d{1,6}\)[^:[\]]{1,100}: )?\[client ([^\s\]]{1,300})\] /;

/** The parts of a line; null where it is no line of these. */
export function readErrorLine(line: string): ErrorLine | null {
  const c = line.charCodeAt(0);
  if (c === 91) {
    const match = APACHE.exec(line);
    if (match === null) return null;
    const [start, time, level, endpoint] = match;
    const message = line.slice(start.length);
    const colon = level!.includes(':') ? endpoint!.lastIndexOf(':') : -1;
    if (colon < 0) return { shape: 'apache-error', values: { time: time!, client: endpoint!, message } };
    const [client, port] = [endpoint!.slice(0, colon), endpoint!.slice(colon + 1)];
    return { shape: 'apache-error', values: { time: time!, client, port, message } };
  }
  if (!(c >= 48 && c <= 57)) return null;
  const match = NGINX.exec(line);
  if (match === null) return null;
  const message = line.slice(match[0].length);
  const time = match[1]!;
  let client: string | undefined;
  for (const [, other] of message.matchAll(CLIENT)) {
    if (client !== undefined && client !== other)
      return { shape: 'nginx-error', values: { time, message, clients: 'several' } };
    client = other;
  }
  return { shape: 'nginx-error', values: { time, message, ...(client === undefined ? {} : { client }) } };
}
