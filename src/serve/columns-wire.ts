/** Columns of attempts between a daemon and a command that asks: in the form of a picture on the wire (src/view/picture.ts). */
import type { AttemptColumns } from '../store/history.ts';
import { decodePicture, encodePicture, joined } from '../view/picture.ts';

export function encodeColumns(columns: AttemptColumns): Uint8Array {
  const { length, all, seq, source, user, sensor, sources, users, sensors } = columns;
  const from = columns.time[0] ?? 0;
  return joined(
    encodePicture({
      length,
      isThinned: all > length,
      all,
      from,
      time: Uint32Array.from(columns.time, (time) => Math.max(0, time - from)),
      user,
      source,
      sensor,
      campaign: new Uint16Array(length),
      flags: columns.account.map((account, i) => account | (columns.success[i]! << 2)),
      seq,
      users,
      sources,
      sensors,
      campaigns: [],
    }),
  );
}

/** Throws an `Error` where the bytes are no columns, or were cut off. */
export function decodeColumns(bytes: Uint8Array): AttemptColumns {
  const { length, all, from, time, user, source, sensor, flags, seq, users, sources, sensors } =
    decodePicture(bytes);
  return {
    length,
    all,
    seq,
    time: Float64Array.from(time, (seconds) => from + seconds),
    source,
    user,
    sensor,
    account: flags.map((flag) => flag & 3),
    success: flags.map((flag) => flag >> 2),
    sources,
    users,
    sensors,
  };
}
