/** The dot chart as an element: it follows the size of its place, light and dark, and can be worked with the keyboard alone. */
import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Picture } from '../../src/view/site.ts';
import { say } from '../shell/say.tsx';
import { isDark, palette } from '../shell/theme.ts';
import { moment, shortText } from '../words/format.ts';
import { DotChart, type DotChartLook } from './dot-chart.ts';
import type { View } from './raster.ts';
import type { Scene } from './scene.ts';
import { Tip } from './tip.tsx';

export interface DotsProps {
  readonly picture: Picture;
  readonly scene: Scene;
  readonly view: View;
  readonly label: string;
  readonly height: 'tall' | 'low';
  readonly onView: (view: View) => void;
  readonly onPick: (attempt: number) => void;
}

export function Dots({ picture, scene, view, label, height, onView, onPick }: DotsProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<DotChart | null>(null);
  const hovered = useSignal<{ attempt: number; x: number; y: number } | null>(null);
  const calls = useRef({ onView, onPick });
  calls.current = { onView, onPick };
  const help = useId();
  const dark = isDark.value;

  useEffect(() => {
    const made = new DotChart(host.current!, picture, scene, view, lookOf(), {
      view: (next) => calls.current.onView(next),
      hover: (attempt, x, y) => {
        if (attempt < 0) {
          if (hovered.peek() !== null) hovered.value = null;
        } else hovered.value = { attempt, x, y };
      },
      pick: (attempt) => calls.current.onPick(attempt),
    });
    chart.current = made;
    let size = `${host.current!.clientWidth} ${host.current!.clientHeight}`;
    const observer = new ResizeObserver(() => {
      const now = `${host.current?.clientWidth} ${host.current?.clientHeight}`;
      if (now !== size) made.resize();
      size = now;
    });
    observer.observe(host.current!);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, []);

  const drawn = useRef({ picture, scene });
  useEffect(() => {
    const made = chart.current;
    if (made === null) return;
    if (drawn.current.picture !== picture || drawn.current.scene !== scene)
      made.setScene(picture, scene, view);
    else if (made.view !== view) made.setView(view);
    drawn.current = { picture, scene };
  }, [picture, scene, view]);
  useEffect(() => chart.current?.setLook(lookOf()), [dark]);

  const onKeyDown = (event: KeyboardEvent) => {
    const made = chart.current;
    if (made === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = hovered.peek()?.attempt ?? -1;
    if (event.key === 'n' || event.key === 'p') {
      const next = neighbour(scene, made, at, event.key === 'n' ? 1 : -1);
      const place = next < 0 ? null : made.placeOf(next);
      if (place !== null) {
        hovered.value = { attempt: next, ...place };
        say(spoken(picture, next));
      }
    } else if (event.key === 'Enter' && at >= 0) onPick(at);
    else if (event.key === 'Escape' && hovered.peek() !== null) hovered.value = null;
    else if (!made.key(event.key, event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const seen = hovered.value;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the controls of a form
    <div
      class={`dots dots-${height}`}
      ref={host}
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys, which the text it is described by names
      tabIndex={0}
      aria-label={label}
      aria-describedby={help}
      onKeyDown={onKeyDown}
    >
      <span id={help} class="unseen">
        A picture of dots; the table below it says the same. Arrow keys move it, plus and minus zoom, 0 shows
        all of it, n and p go from attempt to attempt, Enter opens the log lines.
      </span>
      {seen !== null && seen.attempt < picture.length && (
        <Tip picture={picture} attempt={seen.attempt} x={seen.x} y={seen.y} />
      )}
    </div>
  );
}

function lookOf(): DotChartLook {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    palette: palette.peek(),
    ink: value('--soft'),
    grid: value('--line'),
    font: `12px ${value('--mono') || 'monospace'}`,
  };
}

/** The attempt after or before `at` in time, among those of the layer on top that are in view. */
function neighbour(scene: Scene, chart: DotChart, at: number, step: 1 | -1): number {
  const { t0, t1, r0, r1 } = chart.view;
  const top = scene.layers[1]!.index.length > 0 ? scene.layers[1]! : scene.layers[0]!;
  const { index, time, row } = top;
  let k = step > 0 ? 0 : index.length - 1;
  for (; k >= 0 && k < index.length; k += step) {
    if (at >= 0 && (step > 0 ? index[k]! <= at : index[k]! >= at)) continue;
    if (time[k]! >= t0 && time[k]! < t1 && row[k]! >= r0 && row[k]! < r1) return index[k]!;
  }
  return at;
}

function spoken(picture: Picture, attempt: number): string {
  const user = picture.users[picture.user[attempt]!];
  const campaign = picture.campaigns[picture.campaign[attempt]! - 1];
  return `${moment(picture.from + picture.time[attempt]!)}, ${user === undefined ? 'no name' : shortText(user, 40)}, from ${shortText(
    picture.sources[picture.source[attempt]!] ?? '',
    60,
  )}${campaign === undefined ? '' : `, campaign ${campaign}`}`;
}
