/** The dry run: keeps in mind what it was told, says what it would do, and touches nothing. */
import type { FirewallChange, FirewallEntry } from '../../model/block.ts';
import { type Backend, checkedTarget, UNBOUNDED } from './backend.ts';

/** `say`: where to say what would be done, a line at a time; left out: nowhere. */
export function nullBackend(say: (line: string) => void = () => {}): Backend {
  let held = new Map<string, FirewallEntry>();
  return {
    ...UNBOUNDED,
    name: 'null',
    isDry: true,
    check: () => Promise.resolve(),
    async apply(change) {
      for (const line of changeLines(change)) say(`would ${line}`);
      if (change.kind === 'replace') held = new Map();
      else for (const target of change.remove) held.delete(checkedTarget(target));
      const entries = change.kind === 'replace' ? change.entries : change.add;
      for (const entry of entries) held.set(checkedTarget(entry.target), entry);
    },
    flush() {
      held = new Map();
      return Promise.resolve();
    },
  };
}

/** Lines in which a change is told to a person; of a long one the first few. */
export function changeLines(change: FirewallChange, most = 20): readonly string[] {
  const time = ({ seconds }: FirewallEntry) =>
    seconds === null ? 'until further notice' : `for ${seconds} s`;
  const lines =
    change.kind === 'replace'
      ? [
          `hold these and nothing else: ${change.entries.length}`,
          ...change.entries.map((entry) => `block ${entry.target} ${time(entry)}`),
        ]
      : [
          ...change.remove.map((target) => `unblock ${target}`),
          ...change.add.map((entry) => `block ${entry.target} ${time(entry)}`),
        ];
  return lines.length <= most ? lines : [...lines.slice(0, most), `and ${lines.length - most} more`];
}
