/** Asking for something and waiting: what a view shows until it is there, and when it does not come. */
import { type ComponentChildren, Fragment } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Refusal } from './gateway.ts';

export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly refusal: Refusal }
  | { readonly kind: 'ready'; readonly value: T; readonly isStale: boolean };

/**
 * What `ask` gives, asked anew whenever one of `on` changes; what was there before stays, stale, until the new comes. An answer to an
 * older question is dropped.
 */
export function useLoad<T>(ask: () => Promise<T>, on: readonly unknown[]): Loaded<T> {
  const [loaded, set] = useState<Loaded<T>>({ kind: 'loading' });
  const turn = useRef(0);
  useEffect(() => {
    const mine = ++turn.current;
    set((before) => (before.kind === 'ready' ? { ...before, isStale: true } : { kind: 'loading' }));
    ask().then(
      (value) => {
        if (turn.current === mine) set({ kind: 'ready', value, isStale: false });
      },
      (error: unknown) => {
        if (turn.current === mine) set({ kind: 'failed', refusal: refusalOf(error) });
      },
    );
  }, on);
  return loaded;
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal('failed', error instanceof Error ? error.message : String(error));
}

/** A slow server is no reason for a page that jumps: what takes less than this shows nothing meanwhile, ms. */
const PATIENCE = 250;

/** `children` of what is there; a word while it is not. */
export function Await<T>(props: {
  readonly of: Loaded<T>;
  readonly what: string;
  readonly children: (value: T, isStale: boolean) => ComponentChildren;
}) {
  const { of: loaded, what, children } = props;
  if (loaded.kind === 'ready') return <Fragment>{children(loaded.value, loaded.isStale)}</Fragment>;
  if (loaded.kind === 'failed') return <Failure refusal={loaded.refusal} what={what} />;
  return <Patience what={what} />;
}

function Patience({ what }: { readonly what: string }) {
  const [isLong, set] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => set(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="waiting" role="status">
      {isLong ? `Reading ${what} …` : ''}
    </p>
  );
}

export function Failure({ refusal, what }: { readonly refusal: Refusal; readonly what: string }) {
  if (refusal.kind === 'gone')
    return (
      <div class="card empty" role="alert">
        <p>There is no {what}.</p>
        <p>
          <a href="#/">To the overview</a>
        </p>
      </div>
    );
  return (
    <div class="card trouble" role="alert">
      <p>
        <strong>No {what}:</strong> {refusal.message}
      </p>
      {refusal.remedy !== '' && <p>{refusal.remedy}</p>}
    </div>
  );
}
