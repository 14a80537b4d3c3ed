// The commands of the documents that no test can run as they stand, each with the reason. They are checked all the same: a call
// of slowbrute must be one that the command line takes, an npm script and a file that is named must be there.

export interface NotRun {
  /** Of the whole command, from its beginning. */
  readonly command: RegExp;
  readonly why: string;
  /** What is run in its place; left out: nothing. */
  readonly instead?: string;
}

export const NOT_RUN: readonly NotRun[] = [
  // --- installing: the network, other machines
  {
    command: /^npm ci && npx slowbrute scan /,
    why: 'npm ci asks the network, and the clone is installed already',
    instead: 'slowbrute scan --year 2008 samples/rosalita.log.gz',
  },
  {
    command: /^npm (test|ci|install|run (build|test|unit|lint|bench|fuzz|format|typecheck))\b/,
    why: 'minutes, or the network; CI runs it',
  },
  { command: /^(npx|node_modules\/\.bin\/)\s?vitest /, why: 'is a run of tests, as this is' },
  {
    command: /^ssh /,
    why: 'another machine',
    instead: 'slowbrute audit --sshd-config settings.txt auth.log',
  },
  {
    command: /^(apt|apt-get|dpkg|debootstrap|docker|podman) /,
    why: 'packages and other machines: tried with the release (docs/release.md)',
  },
  {
    command: /^(systemctl|systemd-analyze|rc-update|adduser|sysrc|rcctl) /,
    why: 'asks a service manager, or the system of another kind; tests/service holds the units',
  },
  {
    command: /^install .*(systemd-sysusers|\/etc\/init\.d|rc\.d|-g slowbrute)/,
    why: 'makes users and groups; tests/service holds the files',
  },
  { command: /^(duckdb|sqlite3|cscli) /, why: 'a program of others' },
  { command: /^npx biome /, why: 'writes into the sources; CI runs it' },
  {
    command: /^(sudo apt|chmod \+x slowbrute\.mjs)/,
    why: 'files that are built for a release; tried with it (docs/release.md)',
  },
  {
    command: /^curl .*collector\.example/,
    why: 'a collector on another host; tests/fleet/decisions.test.ts has one',
  },
  {
    command: /^slowbrute exchange (keys --join|peers add|import|check) /,
    why: 'keys and files of another site; tests/fleet/exchange.test.ts has two',
  },
  {
    command: /^slowbrute alarm test ntfy/,
    why: 'a server of ntfy; src/alarm/channels/hooks.test.ts has one',
  },
  // --- a cluster
  { command: /^slowbrute fleet detect --from 'clickhouse:/, why: 'a ClickHouse; tests/fleet has one' },
  {
    command: /^slowbrute fleet worker /,
    why: 'waits for a detection in another process; src/cli/fleet.test.ts has both',
  },
  // --- minutes and hours
  { command: /^slowbrute evaluate/, why: 'minutes to hours; its last results stand in docs/evaluation.md' },
  { command: /^node (bench|fuzz)\//, why: 'minutes; its last results stand beside it' },
  { command: /^node tests\//, why: 'minutes; its last results stand beside it' },
  {
    command: /^node scripts\/popularity\.mjs/,
    why: 'the logs of three sites; tests/cli/popularity.test.ts runs it',
  },
];

/** Commands that stay until they are told to end, and what they say when they are ready. */
export const STAYS: readonly { readonly command: RegExp; readonly ready: string }[] = [
  { command: /^slowbrute serve/, ready: '#' },
  { command: /^slowbrute watch(?!.*--once)/, ready: 'keeps watch|follows|ready' },
  { command: /^slowbrute responder/, ready: 'listen' },
];

/** Commands that one tries before there is a daemon. */
export const WITHOUT_DAEMON = /--state \/tmp\//;

/** Commands that end with another status than 0, and why that is right. */
export const STATUS: readonly { readonly command: RegExp; readonly status: number; readonly why: string }[] =
  [{ command: /alarm test$/, status: 78, why: 'no way to people is configured in the place' }];
