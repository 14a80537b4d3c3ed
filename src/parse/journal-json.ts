/**
 * A line of `journalctl -o json` as an envelope (systemd, "Journal JSON Format"): all values are strings, except
 * that a message that is not valid UTF-8, or not printable, comes as an array of its bytes.
 */
import type { Envelope } from './envelope.ts';
import { STAMP_EPOCH } from './stamp.ts';

/** Fills `envelope` from a JSON line; false when it is no journal entry. */
export function readJournalJson(text: string, envelope: Envelope): boolean {
  let entry: unknown;
  try {
    entry = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof entry !== 'object' || entry === null) return false;
  const fields = entry as Readonly<Record<string, unknown>>;
  const message = textOf(fields.MESSAGE);
  if (message === null) return false;
  envelope.read('');
  envelope.message = message;
  envelope.host = textOf(fields._HOSTNAME);
  envelope.program = textOf(fields.SYSLOG_IDENTIFIER) ?? textOf(fields._COMM) ?? '';
  const pid = textOf(fields._PID) ?? textOf(fields.SYSLOG_PID);
  envelope.pid = pid !== null && /^\d{1,10}$/.test(pid) ? Number(pid) : -1;
  const time = textOf(fields._SOURCE_REALTIME_TIMESTAMP) ?? textOf(fields.__REALTIME_TIMESTAMP);
  if (time !== null && /^\d{7,17}$/.test(time)) {
    envelope.stamp.kind = STAMP_EPOCH;
    envelope.stamp.epoch = Math.floor(Number(time) / 1e6);
  }
  return true;
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  const bytes = new Uint8Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const byte: unknown = value[i];
    if (typeof byte !== 'number') return typeof value[0] === 'string' ? value[0] : null;
    bytes[i] = byte;
  }
  return new TextDecoder().decode(bytes);
}
