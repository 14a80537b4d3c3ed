// What a fleet needs: processors, disks, network, workers. Every constant comes from a measured point, which the command beside it
// prints; points that were not used to fit anything are predicted and shown beside what was measured. `docs/capacity.md` has the
// tables that this prints.
//
//   node bench/capacity.mjs [--sensors 10000] [--lines 10000000000] [--replicas 3] [--days 30] [--peak 3] [--window 1]
//                           [--line-bytes 110] [--disk-gigabytes 4000] [--gigabyte-price 0]
//
// --lines: of all sensors a day. --window: days that one detection looks at. --gigabyte-price: what another system takes for a gigabyte
// of logs, in whatever money; the yearly sum is printed beside it.
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    sensors: { type: 'string', default: '10000' },
    lines: { type: 'string', default: '10000000000' },
    replicas: { type: 'string', default: '3' },
    days: { type: 'string', default: '30' },
    peak: { type: 'string', default: '3' },
    window: { type: 'string', default: '1' },
    'line-bytes': { type: 'string', default: '110' },
    'disk-gigabytes': { type: 'string', default: '4000' },
    'gigabyte-price': { type: 'string', default: '0' },
  },
});
const given = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));

/** Measured on two processors that a dozen programs shared; processor seconds, which load makes up to a quarter larger. */
const POINTS = {
  // node bench/fleet-ingest.mjs --attempts 600000 --servers 1
  oneServer: { attempts: 600_000, writer: 1.1, servers: 0.28, history: 3.0, bytes: 19.8 },
  // node bench/fleet-ingest.mjs --attempts 1500000 --commit 150000 --servers 3 --ways bare --writers 2, twice
  threeServers: { attempts: 1_500_000, writer: [2.9, 3.4], servers: [2.4, 3.0], bytes: 19.8 },
  // the same with --attempts 900000 --ways history,bare: fits nothing
  threeAgain: { attempts: 900_000, writer: 1.7, servers: 1.0, history: 5.5, bytes: 19.8 },
  // node bench/fleet-detect.mjs --attempts 1m,10m,100m; stages up to the last gathered share
  detection: [
    { attempts: 1e6, quiet: 179_450, seconds: 6.4, megabytes: 223 },
    { attempts: 1e7, quiet: 1_705_616, seconds: 34.1, megabytes: 305 },
  ],
  // the same bench, 100m, by one worker: fits nothing
  large: { attempts: 1e8, quiet: 16_966_033, seconds: 420, surprises: 263_661 },
  // docs/performance.md: 9.8 million lines of a mixed log told of 5.4 million attempts
  attemptsALine: 5.4 / 9.8,
  // bytes of a row in Native, as the writer sends it
  wire: 114,
  // docs/watch.md: a sensor that reads, at 20,000 lines a second
  sensorMicroseconds: 25,
};

const MICRO = 1e6;
const { oneServer, threeServers, detection } = POINTS;
const perAttempt = (seconds, attempts) => (seconds / attempts) * MICRO;

/** Constants, in microseconds of a processor an attempt unless said otherwise. */
const K = {
  writer: perAttempt(oneServer.writer, oneServer.attempts),
  history: perAttempt(oneServer.history, oneServer.attempts),
  // the first replica takes the rows; each further one fetches what the first has written
  firstReplica: perAttempt(oneServer.servers, oneServer.attempts),
  nextReplica:
    (perAttempt(middle(threeServers.servers), threeServers.attempts) -
      perAttempt(oneServer.servers, oneServer.attempts)) /
    2,
  bytes: oneServer.bytes,
  detectFixed: 0,
  detect: 0,
};
// a straight line through the two smaller detections
K.detect = perAttempt(
  detection[1].seconds - detection[0].seconds,
  detection[1].attempts - detection[0].attempts,
);
K.detectFixed = detection[0].seconds - (K.detect * detection[0].attempts) / MICRO;

const { threeAgain, large } = POINTS;
const CHECKS = [
  ['bytes an attempt on the disk, three replicas', K.bytes, threeAgain.bytes],
  ['processor seconds of a writer, 900,000 attempts into three', K.writer * 0.9, threeAgain.writer],
  ['the same by commits of a history', K.history * 0.9, threeAgain.history],
  ['of three servers', (K.firstReplica + 2 * K.nextReplica) * 0.9, threeAgain.servers],
  [
    'of a detection, 100 million attempts, up to the last share gathered',
    K.detectFixed + K.detect * 100,
    large.seconds,
  ],
  ['quiet visits of it', 1e8 * (detection[1].quiet / detection[1].attempts), large.quiet],
];

function middle(list) {
  return list.reduce((a, b) => a + b, 0) / list.length;
}

const number = (x, digits = 3) => Number(x.toPrecision(digits)).toLocaleString('en-US');
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);

console.log('| predicted and not fitted | predicted | measured | off by |\n|---|---|---|---|');
for (const [what, predicted, measured] of CHECKS)
  row(
    what,
    number(predicted),
    number(measured),
    `${Math.round((100 * (predicted - measured)) / measured)} %`,
  );

const attempts = given.lines * POINTS.attemptsALine;
const aSecond = attempts / 86_400;
const atPeak = aSecond * given.peak;
const processors = (microseconds) => (atPeak * microseconds) / MICRO;
const serverProcessors = processors(K.firstReplica + K.nextReplica * (given.replicas - 1));
const stored = attempts * given.days * K.bytes;
const shards = Math.max(
  1,
  Math.ceil(stored / 1e9 / (0.7 * given['disk-gigabytes'])),
  Math.ceil(serverProcessors / (8 * given.replicas)),
);
const looked = attempts * given.window;
const detectSeconds = K.detectFixed + (K.detect * looked) / MICRO;
const quiet = looked * (detection[1].quiet / detection[1].attempts);

console.log(`\n| ${number(given.sensors)} sensors, ${number(given.lines)} lines a day | |\n|---|---|`);
row(
  'attempts a day; a second, on the mean and at the peak',
  `${number(attempts)}; ${number(aSecond)}, ${number(atPeak)}`,
);
row(
  'lines a second of one sensor, processor it takes there',
  `${number(given.lines / given.sensors / 86_400)}, ${number((100 * given.lines * POINTS.sensorMicroseconds) / given.sensors / 86_400 / MICRO)} %`,
);
row(
  'processors of collectors at the peak (each attempt counted with its source)',
  number(processors(K.history)),
);
row('processors of the servers at the peak, all replicas', number(serverProcessors));
row(`disk of one replica, ${given.days} days`, `${number(stored / 1e12)} TB`);
row(
  `shards of ${given.replicas} replicas, ${given['disk-gigabytes']} GB of disk each, seven tenths full`,
  `${shards} (${shards * given.replicas} nodes)`,
);
row(
  'network, sensors to collectors at the peak',
  `${number((atPeak * given['line-bytes'] * 8) / 1e6)} Mbit/s`,
);
row('network, collectors to servers at the peak', `${number((atPeak * POINTS.wire * 8) / 1e6)} Mbit/s`);
row(
  'network between replicas at the peak',
  `${number((atPeak * K.bytes * (given.replicas - 1) * 8) / 1e6)} Mbit/s`,
);
row(`processor seconds of a detection over ${given.window} days`, number(detectSeconds));
row('workers that do it within an hour', `${Math.ceil(detectSeconds / 3600)}`);
row('its quiet visits', number(quiet));
row(
  'memory of its coordinator: a class for each visit of the log and of a surrogate, their surprises',
  `${number((quiet * coordinatorBytes()) / 1e9)} GB`,
);
if (given['gigabyte-price'] > 0) {
  const gigabytes = (given.lines * given['line-bytes'] * 365) / 1e9;
  row(
    `a system that takes ${given['gigabyte-price']} for each gigabyte of lines, a year`,
    number(gigabytes * given['gigabyte-price']),
  );
}

/** Two arrays of a byte a visit while segments are sought, and the surprises, 22 bytes each, before and after they are sorted. */
function coordinatorBytes() {
  return 2 + (POINTS.large.surprises / POINTS.large.quiet) * 22 * 2;
}
