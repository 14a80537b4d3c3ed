/** A table of attempts as columns that a parcel can hold, with lists of the texts that they name. */
import { type AttemptTable, NO_USER } from '../model/attempt.ts';
import type { AttemptTableBuilder } from '../model/table.ts';

export interface Frame {
  readonly time: Float64Array;
  readonly source: Uint32Array;
  readonly user: Uint32Array;
  readonly sensor: Uint32Array;
  /** Outcome, account << 8, method << 16, service << 24. */
  readonly codes: Uint32Array;
  readonly sources: readonly string[];
  readonly users: readonly string[];
  readonly sensors: readonly string[];
  readonly services: readonly string[];
}

export function frameOf(table: AttemptTable): Frame {
  const { time, source, user, sources, users, sensors, services } = table;
  const codes = new Uint32Array(table.length);
  for (let i = 0; i < table.length; i++)
    codes[i] =
      table.outcome[i]! | (table.account[i]! << 8) | (table.method[i]! << 16) | (table.service[i]! << 24);
  return {
    time,
    source,
    user,
    sensor: Uint32Array.from(table.sensor),
    codes,
    sources,
    users,
    sensors,
    services,
  };
}

/** Its attempts after those that the builder has. */
export function appendFrame(builder: AttemptTableBuilder, frame: Frame): void {
  const sources = frame.sources.map((text) => builder.sources.id(text));
  const users = frame.users.map((text, u) => (u === NO_USER ? NO_USER : builder.userId(text)));
  const sensors = frame.sensors.map((text) => builder.sensorId(text));
  const services = frame.services.map((text) => builder.serviceId(text));
  for (let i = 0; i < frame.time.length; i++) {
    const code = frame.codes[i]!;
    builder.appendCodes(
      frame.time[i]!,
      sources[frame.source[i]!]!,
      users[frame.user[i]!]!,
      sensors[frame.sensor[i]!]!,
      code & 255,
      (code >>> 8) & 255,
      (code >>> 16) & 255,
      services[code >>> 24]!,
    );
  }
}
