/** The frame around every view: where one is, where one can go, light or dark, and the one place that is announced from. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Enclosed } from '../../src/view/enclosed.ts';
import type { Overview } from '../../src/view/site.ts';
import type { Gateway } from '../data/gateway.ts';
import { type Loaded, useLoad } from '../data/load.tsx';
import { BlocksView } from '../views/blocks.tsx';
import { CampaignPage } from '../views/campaign.tsx';
import { CampaignsView } from '../views/campaigns.tsx';
import { LiveView } from '../views/live.tsx';
import { OverviewView } from '../views/overview.tsx';
import { PictureView } from '../views/picture.tsx';
import { SourcePage } from '../views/source.tsx';
import { duration, thousands } from '../words/format.ts';
import { Raw } from '../words/text.tsx';
import { KeysDialog, useKeys } from './keys.tsx';
import { goTo, route, type ViewName } from './route.ts';
import { Said } from './say.tsx';
import { setTheme, theme } from './theme.ts';

/** Whether names that may be passwords are shown. */
export interface NamesSwitch {
  readonly areShown: boolean;
  change(areShown: boolean): void;
}

/** What of the site every view needs. */
export interface SiteContext {
  readonly gateway: Gateway;
  readonly overview: Loaded<Overview>;
  refresh(): void;
}

const TITLES: Readonly<Record<ViewName, string>> = {
  overview: 'Overview',
  picture: 'The picture',
  campaigns: 'Campaigns',
  campaign: 'Campaign',
  source: 'Source',
  live: 'Live',
  blocks: 'Blocks',
};

export function App(props: {
  readonly gateway: Gateway;
  /** Of a report: what it holds, and does not. */
  readonly enclosed?: Enclosed;
  readonly onSignOut: (() => void) | null;
  /** Of a server: whether names that may be passwords are shown, and changing it. */
  readonly names?: NamesSwitch;
}) {
  const { gateway, enclosed, onSignOut, names } = props;
  const [turn, setTurn] = useState(0);
  const [helps, setHelps] = useState(false);
  const overview = useLoad(() => gateway.overview({}), [gateway, turn]);
  const { view, subject } = route.value;
  // of a finished log nothing comes, and nobody is blocked for it
  const isFinished = overview.kind === 'ready' && overview.value.site.kind === 'log';
  const links: readonly ViewName[] =
    gateway.kind === 'report' || isFinished
      ? ['overview', 'picture', 'campaigns']
      : ['overview', 'picture', 'campaigns', 'live', 'blocks'];
  useKeys(links, () => setHelps(true));
  useEffect(() => {
    document.title = `${TITLES[view]}${subject === '' ? '' : ` ${subject.slice(0, 60)}`} · slowbrute`;
  }, [view, subject]);
  // a growing site is asked again now and then; what one looks at does not jump
  useEffect(() => {
    if (gateway.listen === null) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setTurn((n) => n + 1);
    }, 30_000);
    return () => clearInterval(timer);
  }, [gateway]);
  const site: SiteContext = {
    gateway,
    overview,
    refresh: () => setTurn((n) => n + 1),
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: a skip link; the fragment is the view's, so it moves the keyboard itself */}
      <a class="skip" href="#main" onClick={skip}>
        To the content
      </a>
      <header class="top">
        <a class="name" href="#/" aria-label="slowbrute, to the overview">
          <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
            <rect width="32" height="32" rx="7" class="name-ground" />
            <g class="name-walk">
              <circle cx="7" cy="7" r="2.6" />
              <circle cx="12.5" cy="12" r="2.6" />
              <circle cx="18" cy="17.5" r="2.6" />
              <circle cx="24.5" cy="24.5" r="2.6" />
            </g>
            <g class="name-noise">
              <circle cx="22" cy="8" r="1.7" />
              <circle cx="8" cy="21" r="1.7" />
              <circle cx="26" cy="14" r="1.7" />
            </g>
          </svg>
          <span>slowbrute</span>
        </a>
        <nav aria-label="Views">
          {links.map((name) => (
            <a
              key={name}
              href={name === 'overview' ? '#/' : `#/${name}`}
              aria-current={
                view === name || (name === 'campaigns' && view === 'campaign') ? 'page' : undefined
              }
            >
              {TITLES[name]}
            </a>
          ))}
        </nav>
        <FindSource />
        <ThemeSwitch />
        <button type="button" class="plain" onClick={() => setHelps(true)} aria-label="Keys and help">
          ?
        </button>
        {onSignOut !== null && (
          <button type="button" class="plain" onClick={onSignOut}>
            Sign out
          </button>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        {enclosed !== undefined && <ReportHead enclosed={enclosed} />}
        <View view={view} subject={subject} site={site} />
      </main>
      <footer>
        <p>
          {overview.kind === 'ready' && (
            <>
              slowbrute {overview.value.site.version} ·{' '}
              {overview.value.site.kind === 'log' ? 'log' : 'history'}{' '}
              <Raw text={overview.value.site.name} limit={80} /> ·{' '}
            </>
          )}
          all times are UTC
        </p>
        {overview.kind === 'ready' &&
          overview.value.site.attributions.map((words) => (
            <p key={words}>
              <Raw text={words} limit={300} />
            </p>
          ))}
        {names !== undefined && (
          <label class="check">
            <input
              type="checkbox"
              checked={names.areShown}
              onChange={(event) => names.change(event.currentTarget.checked)}
            />{' '}
            show names that could be a password typed in the wrong field
          </label>
        )}
      </footer>
      <Said />
      {helps && <KeysDialog onClose={() => setHelps(false)} isReport={gateway.kind === 'report'} />}
    </>
  );
}

function View({
  view,
  subject,
  site,
}: {
  readonly view: ViewName;
  readonly subject: string;
  readonly site: SiteContext;
}) {
  switch (view) {
    case 'overview':
      return <OverviewView site={site} />;
    case 'picture':
      return <PictureView site={site} />;
    case 'campaigns':
      return <CampaignsView site={site} />;
    case 'campaign':
      return <CampaignPage key={subject} id={subject} site={site} />;
    case 'source':
      return <SourcePage key={subject} source={subject} site={site} />;
    case 'live':
      return <LiveView site={site} />;
    case 'blocks':
      return <BlocksView site={site} />;
  }
}

function ReportHead({ enclosed }: { readonly enclosed: Enclosed }) {
  const { overview, picture, timeStep, names } = enclosed;
  return (
    <p class="report-head faint small">
      A report on <Raw text={overview.site.name} limit={80} />: one file, which asks nothing of any host.
      {names === 'hidden' && ' Names that could be a password typed in the wrong field are hidden.'}
      {timeStep > 1 && ` Times of the pictures are rounded down to ${duration(timeStep)}.`}
      {picture.isThinned &&
        ` The pictures hold ${thousands(picture.length)} of ${thousands(picture.all)} attempts; those of no campaign are thinned out evenly.`}
    </p>
  );
}

function FindSource() {
  return (
    <search class="find">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const input = event.currentTarget.elements.namedItem('source') as HTMLInputElement;
          const wanted = input.value.trim();
          if (wanted !== '') goTo(`#/source/${encodeURIComponent(wanted)}`);
          input.value = '';
          input.blur();
        }}
      >
        <input
          id="find"
          name="source"
          type="search"
          placeholder="Find a source"
          aria-label="Find a source by its address or host name"
          autocomplete="off"
          spellcheck={false}
          maxLength={255}
        />
      </form>
    </search>
  );
}

function ThemeSwitch() {
  const next = { system: 'light', light: 'dark', dark: 'system' } as const;
  const says = { system: 'as the system has it', light: 'light', dark: 'dark' } as const;
  const glyph = { system: '◐', light: '○', dark: '●' } as const;
  const now = theme.value;
  return (
    <button
      type="button"
      class="plain"
      onClick={() => setTheme(next[now])}
      aria-label={`Colours: ${says[now]}. Change to ${says[next[now]]}.`}
      title={`Colours: ${says[now]}`}
    >
      <span aria-hidden="true">{glyph[now]}</span>
    </button>
  );
}

/** The fragment is the view's, so the link moves the keyboard by itself. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('main')?.focus();
}

/** A heading and what stands beside it. */
export function Heading({
  children,
  aside,
}: {
  readonly children: ComponentChildren;
  readonly aside?: ComponentChildren;
}) {
  return (
    <div class="heading">
      <h1>{children}</h1>
      {aside !== undefined && <div class="heading-aside">{aside}</div>}
    </div>
  );
}
