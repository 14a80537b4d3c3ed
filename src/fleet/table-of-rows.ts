/** Some rows of a table as a table of their own, with lists of the texts that they name. */
import { type AttemptTable, NO_USER } from '../model/attempt.ts';
import { AttemptTableBuilder } from '../model/table.ts';

/** `rows` in the order of time. */
export function tableOfRows(table: AttemptTable, rows: Iterable<number>): AttemptTable {
  const builder = new AttemptTableBuilder();
  for (const row of rows) {
    builder.appendCodes(
      table.time[row]!,
      builder.sources.id(table.sources[table.source[row]!]!),
      table.user[row] === NO_USER ? NO_USER : builder.userId(table.users[table.user[row]!]!),
      builder.sensorId(table.sensors[table.sensor[row]!]!),
      table.outcome[row]!,
      table.account[row]!,
      table.method[row]!,
      builder.serviceId(table.services[table.service[row]!]!),
    );
  }
  return builder.finish();
}
