// Opens a history and commits until it is killed; says the number of the last attempt after each commit that was stored.
import { writeSync } from 'node:fs';
import { commitAfter, openSmall } from './engines.mjs';

const [engine, folder] = process.argv.slice(2);
const history = await openSmall(engine, folder);
let seq = await history.lastSeq();
for (;;) {
  const count = 1 + Math.floor(Math.random() * 60);
  await history.commit(commitAfter(seq, count));
  seq += count;
  writeSync(1, `${seq}\n`);
}
