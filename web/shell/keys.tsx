/**
 * Keys for who would rather not use a mouse. Single letters can be in the way of somebody who speaks to the machine, so they can be
 * switched off (WCAG 2.1, 2.1.4); everything can be reached with Tab and Enter alone.
 */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { goTo, type ViewName } from './route.ts';
import { setTheme, theme } from './theme.ts';

const KEY = 'slowbrute.keys';
const areOn = signal(kept());

const LETTERS: Readonly<Partial<Record<string, ViewName>>> = {
  o: 'overview',
  i: 'picture',
  c: 'campaigns',
  l: 'live',
  b: 'blocks',
};

export function useKeys(views: readonly ViewName[], onHelp: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!areOn.peek() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      if (target.closest('input, textarea, select, dialog, [contenteditable]') !== null) return;
      const view = LETTERS[event.key];
      if (event.key === '?') onHelp();
      else if (event.key === '/') document.getElementById('find')?.focus();
      else if (event.key === 't') setTheme(theme.peek() === 'dark' ? 'light' : 'dark');
      else if (view !== undefined && views.includes(view)) goTo(view === 'overview' ? '#/' : `#/${view}`);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [views.join(), onHelp]);
}

const EVERYWHERE = [
  ['o', 'overview'],
  ['i', 'the picture'],
  ['c', 'campaigns'],
  ['l', 'live'],
  ['b', 'blocks'],
  ['/', 'find a source'],
  ['t', 'light or dark'],
  ['?', 'this help'],
] as const;
const PICTURE = [
  ['← → ↑ ↓', 'move'],
  ['+  −', 'zoom in, out'],
  ['Shift ← →', 'less, more time'],
  ['Shift ↑ ↓', 'fewer, more rows'],
  ['0', 'all of it'],
  ['n  p', 'next, previous attempt'],
  ['Enter', 'its log lines'],
] as const;

export function KeysDialog({
  onClose,
  isReport,
}: {
  readonly onClose: () => void;
  readonly isReport: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const everywhere = EVERYWHERE.filter(([key]) => !isReport || (key !== 'l' && key !== 'b'));
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <div class="keys">
        <Keys title="Everywhere" keys={everywhere} />
        <Keys title="In a picture of dots" keys={PICTURE} />
      </div>
      <p class="faint">
        With a mouse: drag to zoom into a part, double-click for all of it, click a dot for its log lines; the
        wheel zooms once the picture was clicked. With fingers: one moves time, two zoom.
      </p>
      <label class="check">
        <input
          type="checkbox"
          checked={areOn.value}
          onChange={(event) => {
            areOn.value = event.currentTarget.checked;
            keep(areOn.value);
          }}
        />{' '}
        Single letters do something
      </label>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

function Keys({
  title,
  keys,
}: {
  readonly title: string;
  readonly keys: readonly (readonly [string, string])[];
}) {
  return (
    <div>
      <h3>{title}</h3>
      <dl>
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function kept(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

function keep(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'off');
  } catch {
    // no storage: as long as the page lasts
  }
}
