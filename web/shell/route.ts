/**
 * Which view is shown, in the address's fragment: a fragment never leaves the browser, works from a file on disk, and a view can be
 * sent to a colleague. `#/picture?order=alphabet`, `#/source/203.0.113.9`.
 */
import { signal } from '@preact/signals';

export const VIEWS = ['overview', 'picture', 'campaigns', 'campaign', 'source', 'live', 'blocks'] as const;
export type ViewName = (typeof VIEWS)[number];

export interface Route {
  readonly view: ViewName;
  /** Of a campaign its id, of a source its text; else empty. */
  readonly subject: string;
  readonly query: URLSearchParams;
}

export const route = signal<Route>(routeOf(location.hash));

/** Reads `#/view/subject?query`; what is none leads to the overview. */
export function routeOf(hash: string): Route {
  const [path, query] = cutAt(hash.replace(/^#\/?/, ''), '?');
  const [name = '', ...rest] = path.split('/');
  const view = VIEWS.find((one) => one === name) ?? 'overview';
  let subject = rest.join('/');
  try {
    subject = decodeURIComponent(subject);
  } catch {
    // a fragment somebody typed: as it stands
  }
  return { view, subject, query: new URLSearchParams(query) };
}

function cutAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Follows the address from now on. A new view begins at its top, with the keyboard at its heading. */
export function followAddress(): void {
  addEventListener('hashchange', () => {
    const before = route.value;
    const now = routeOf(location.hash);
    route.value = now;
    if (before.view === now.view && before.subject === now.subject) return;
    scrollTo(0, 0);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true }));
  });
}

/** Goes to a view as a link would. */
export function goTo(address: string): void {
  location.hash = address;
}

/** Remembers a setting of the present view in its address, without a step in the browser's history. */
export function keepInAddress(name: string, value: string | null): void {
  const { view, subject, query } = route.peek();
  const next = new URLSearchParams(query);
  if (value === null) next.delete(name);
  else next.set(name, value);
  const path = `#/${view === 'overview' ? '' : view}${subject === '' ? '' : `/${encodeURIComponent(subject)}`}`;
  history.replaceState(null, '', next.size > 0 ? `${path}?${next.toString()}` : path);
  route.value = { view, subject, query: next };
}
