/**
 * Scenario summaries as two tables for a terminal of 100 columns: what the detector does, and the baselines beside
 * it. Where a share stands before a slash it is pooled over the seeds and the worst seed's stands behind it; `own`
 * and `purity` are those of the worst campaign, start and end errors are medians (the JSON has all of them). `-` is
 * nothing to measure.
 */
import Table from 'cli-table3';
import type { Baseline } from './baselines/baseline.ts';
import type { DetectorSummary, ErrorHours, NamedSummary, Pooled, ScenarioSummary } from './summary.ts';

/** No borders: the lines of a box cost a third of the width and nothing can be copied out of it. */
const BORDERLESS = {
  chars: {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: ' ',
  },
  style: { 'padding-left': 0, 'padding-right': 1, head: [], border: [], compact: true },
};

/** Both tables, a blank line between, ending in a line feed. */
export function evaluationTables(
  summaries: readonly ScenarioSummary[],
  baselines: readonly Baseline[],
): string {
  return `${detectorTable(summaries)}\n${baselineTable(summaries, baselines)}`;
}

function detectorTable(summaries: readonly ScenarioSummary[]): string {
  return textTable(
    ['', 'seeds', 'precision', 'recall', 'own', 'purity', 'start h', 'end h', 'false', 'people', 'hits'],
    summaries.map(({ scenario, seeds, detector }) => [
      scenario,
      String(seeds),
      share(detector.precision),
      share(detector.recall),
      shareText(detector.ownRecall.worst, 3),
      shareText(detector.purity.worst, 3),
      hours(detector.startError),
      hours(detector.endError),
      String(detector.falseCampaigns),
      String(detector.peopleNamed),
      hits(detector.compromises),
    ]),
  );
}

/** `19/20` compromised accounts found of those there are; `+1` where one was reported that there is not. */
function hits({ found, missed, false: wrong }: DetectorSummary['compromises']): string {
  if (found + missed + wrong === 0) return '-';
  return `${found}/${found + missed}${wrong > 0 ? `+${wrong}` : ''}`;
}

function baselineTable(summaries: readonly ScenarioSummary[], baselines: readonly Baseline[]): string {
  return textTable(
    ['prec. rec. people', 'slowbrute', ...baselines.map(({ title }) => title)],
    summaries.map((summary) => [
      summary.scenario,
      triple(summary.detector),
      ...baselines.map(({ name }) => triple(summary.baselines[name]!)),
    ]),
  );
}

/** A borderless table: the first column to the left, all others to the right. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    ...BORDERLESS,
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
  });
  for (const row of rows) table.push([...row]);
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** `.998/.971`, `1/.99`, `-`: pooled, and the worst where it differs. */
function share({ pooled, worst }: Pooled): string {
  const first = shareText(pooled, 3);
  const second = shareText(worst, 3);
  return first === second ? first : `${first}/${second}`;
}

/** A share without its leading zero, rounded down so that .9996 is not called 1; `-` for null. */
export function shareText(value: number | null, places: number): string {
  if (value === null) return '-';
  if (value >= 1) return '1';
  const scale = 10 ** places;
  return (Math.floor(value * scale + 1e-9) / scale).toFixed(places).slice(1);
}

function hours({ median }: ErrorHours): string {
  return median === null ? '-' : hoursText(median);
}

/** Hours: one decimal below ten, none above. */
export function hoursText(value: number): string {
  return Math.abs(value) < 9.95 ? value.toFixed(1) : value.toFixed(0);
}

function triple({ precision, recall, peopleNamed }: NamedSummary): string {
  const column = (text: string, width: number) => text.padStart(width);
  return [
    column(shareText(precision.pooled, 2), 3),
    column(shareText(recall.pooled, 2), 3),
    column(String(peopleNamed), 4),
  ].join(' ');
}
