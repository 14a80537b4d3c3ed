/** One place from which a screen reader hears what changed, politely, and not more often than somebody can listen. */
import { signal } from '@preact/signals';

const said = signal('');
/** A second and a half between two sentences. */
const LEAST_GAP = 1500;
let waiting: string | null = null;
let last = 0;

/** Says `text` when there is time; of several meanwhile, the last. */
export function say(text: string): void {
  const now = performance.now();
  if (waiting === null && now - last >= LEAST_GAP) {
    last = now;
    said.value = text;
    return;
  }
  if (waiting === null)
    setTimeout(
      () => {
        last = performance.now();
        said.value = waiting ?? '';
        waiting = null;
      },
      Math.max(0, LEAST_GAP - (now - last)),
    );
  waiting = text;
}

export function Said() {
  return (
    <div class="unseen" aria-live="polite" role="status">
      {said.value}
    </div>
  );
}
