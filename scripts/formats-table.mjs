// Writes the table of docs/formats.md: the line sets of CrowdSec, sshguard, OSSEC, Wazuh and Zeek as they are read here
// beside what those tools say. The sets are read from ../shared/data/lines; where that is absent nothing is written.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'tests/shared/peers-formats.test.ts'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, FORMATS_TABLE: 'write' } },
);
process.exit(status ?? 1);
