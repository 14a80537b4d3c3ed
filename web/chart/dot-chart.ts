/**
 * A picture of dots behind uPlot's axes, cursor and selection. uPlot draws what there is little of (axes, texts, the cross under the
 * pointer); the dots are an image of our own above its grid (raster.ts), drawn again at most once a frame.
 */
import uPlot from 'uplot';
import type { Picture } from '../../src/view/site.ts';
import { shortText } from '../words/format.ts';
import type { Palette } from './palette.ts';
import { Raster, type View } from './raster.ts';
import { inksOf, type Scene } from './scene.ts';
import { timeTicks } from './ticks.ts';
import { clamped, moved, wholeView, zoomed } from './viewport.ts';

export interface DotChartEvents {
  /** The view was changed by hand. */
  view(view: View): void;
  /** The pointer is at this attempt, -1: at none; pixels from the chart's left top. */
  hover(attempt: number, x: number, y: number): void;
  /** An attempt was chosen. */
  pick(attempt: number): void;
}

export interface DotChartLook {
  readonly palette: Palette;
  readonly ink: string;
  readonly grid: string;
  readonly font: string;
}

/** How near the pointer must be, pixels of CSS. */
const REACH = 7;
const FINGER_REACH = 16;
/** Above this many attempts an image is not made finer than this, whatever the screen can do. */
const MANY = 150_000;
const FINEST_OF_MANY = 1.25;

export class DotChart {
  readonly #host: HTMLElement;
  readonly #events: DotChartEvents;
  readonly #canvas: HTMLCanvasElement;
  #look: DotChartLook;
  #picture: Picture;
  #scene: Scene;
  #plot: uPlot | null = null;
  #raster: Raster | null = null;
  #image: ImageData | null = null;
  #view: View;
  #frame = 0;
  #scale = 1;
  /** Attempts in the view at the last frame. */
  shown = 0;
  /** Milliseconds that the last frame took to draw. */
  spent = 0;

  constructor(
    host: HTMLElement,
    picture: Picture,
    scene: Scene,
    view: View,
    look: DotChartLook,
    events: DotChartEvents,
  ) {
    this.#host = host;
    this.#events = events;
    this.#look = look;
    this.#picture = picture;
    this.#scene = scene;
    this.#canvas = document.createElement('canvas');
    this.#canvas.className = 'dots-image';
    this.#view = view;
    this.resize();
  }

  get view(): View {
    return this.#view;
  }

  get whole() {
    const { time, length } = this.#picture;
    return { seconds: length === 0 ? 0 : time[length - 1]!, rows: this.#scene.textOf.length };
  }

  setScene(picture: Picture, scene: Scene, view: View): void {
    this.#picture = picture;
    this.#scene = scene;
    this.#view = view;
    this.resize();
  }

  setLook(look: DotChartLook): void {
    this.#look = look;
    this.resize();
  }

  setView(view: View): void {
    this.#view = view;
    this.#plot?.batch(() => this.#setScales());
    this.#ask();
  }

  /** Made anew for the host's present size. */
  resize(): void {
    const { clientWidth, clientHeight } = this.#host;
    this.#plot?.destroy();
    this.#plot = null;
    if (clientWidth < 40 || clientHeight < 40) return;
    const plot = new uPlot(this.#options(clientWidth, clientHeight), this.#extent(), this.#host);
    this.#plot = plot;
    plot.over.prepend(this.#canvas);
    this.#listen(plot.over);
    this.#fit(plot);
    this.#ask();
  }

  /** An image as large as uPlot leaves room for, which it says only when it has drawn. */
  #fit(plot: uPlot): void {
    const { clientWidth: width, clientHeight: height } = plot.over;
    if (width < 1 || height < 1) return;
    const finest = this.#scene.count > MANY ? FINEST_OF_MANY : 2;
    this.#scale = Math.min(finest, window.devicePixelRatio || 1);
    const columns = Math.floor(width * this.#scale);
    const lines = Math.floor(height * this.#scale);
    if (this.#raster?.width === columns && this.#raster.height === lines) return;
    this.#raster = new Raster(columns, lines);
    this.#canvas.width = this.#raster.width;
    this.#canvas.height = this.#raster.height;
    this.#image = new ImageData(
      new Uint8ClampedArray(this.#raster.pixels.buffer),
      this.#raster.width,
      this.#raster.height,
    );
    this.#ask();
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#plot?.destroy();
    this.#plot = null;
  }

  /** Where an attempt is, pixels from the host's left top; null: not in the view. */
  placeOf(attempt: number): { readonly x: number; readonly y: number } | null {
    const plot = this.#plot;
    const row = this.#rowOf(attempt);
    if (plot === null || row < 0) return null;
    const { t0, t1, r0, r1 } = this.#view;
    const time = this.#picture.time[attempt]!;
    if (time < t0 || time >= t1 || row < r0 || row >= r1) return null;
    const { offsetLeft, offsetTop, clientWidth, clientHeight } = plot.over;
    return {
      x: offsetLeft + ((time - t0) / (t1 - t0)) * clientWidth,
      y: offsetTop + ((row + 0.5 - r0) / (r1 - r0)) * clientHeight,
    };
  }

  #rowOf(attempt: number): number {
    for (const { index, row } of this.#scene.layers) {
      let low = 0;
      let high = index.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (index[middle]! < attempt) low = middle + 1;
        else high = middle;
      }
      if (index[low] === attempt) return row[low]!;
    }
    return -1;
  }

  #ask(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const raster = this.#raster;
    const image = this.#image;
    const context = this.#canvas.getContext('2d');
    if (raster === null || image === null || context === null) return;
    const start = performance.now();
    const { layers, inkOf } = this.#scene;
    this.shown = raster.draw(layers, this.#view, inkOf, inksOf(this.#look.palette), this.#scale);
    context.putImageData(image, 0, 0);
    this.spent = performance.now() - start;
  }

  #extent(): uPlot.AlignedData {
    const { t0, t1, r0, r1 } = this.#view;
    return [
      [t0, t1],
      [r0, r1],
    ];
  }

  #setScales(): void {
    const { t0, t1, r0, r1 } = this.#view;
    this.#plot?.setScale('x', { min: t0, max: t1 });
    this.#plot?.setScale('y', { min: r0, max: r1 });
  }

  #options(width: number, height: number): uPlot.Options {
    const { ink, grid, font } = this.#look;
    const narrow = width < 560;
    const line = { stroke: grid, width: 1 };
    const { from } = this.#picture;
    const marks = Math.max(2, Math.floor(width / (narrow ? 85 : 105)));
    return {
      width,
      height,
      padding: [8, 10, 0, 0],
      legend: { show: false },
      cursor: {
        drag: { x: true, y: true, uni: 24, setScale: false },
        points: { show: false },
      },
      scales: {
        x: { time: false, range: (_, min, max) => [min, max] },
        y: { dir: -1, range: (_, min, max) => [min, max] },
      },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [
        {
          stroke: ink,
          font,
          grid: line,
          ticks: { ...line, size: 5 },
          size: 30,
          splits: (_, __, min, max) => timeTicks(from + min, from + max, marks).map(({ at }) => at - from),
          values: (plot) => {
            const { min = 0, max = 1 } = plot.scales.x ?? {};
            return timeTicks(from + (min ?? 0), from + (max ?? 1), marks).map(({ says }) => says);
          },
        },
        {
          stroke: ink,
          font,
          grid: line,
          ticks: { ...line, size: 4 },
          size: narrow ? 78 : 132,
          splits: (_, __, min, max) => rowMarks(min, max, height - 40),
          values: (_, splits) => splits.map((row) => this.#rowText(Math.floor(row), narrow ? 9 : 16)),
        },
      ],
      hooks: {
        setSelect: [(plot) => this.#selected(plot)],
        draw: [(plot) => this.#fit(plot)],
      },
    };
  }

  #rowText(row: number, limit: number): string {
    const text = this.#scene.textOf[row];
    if (text === undefined) return '';
    const texts = this.#scene.rows === 'user' ? this.#picture.users : this.#picture.sources;
    return shortText(texts[text]!, limit);
  }

  #selected(plot: uPlot): void {
    const { left, top, width, height } = plot.select;
    if (width < 4 && height < 4) return;
    const { clientWidth, clientHeight } = plot.over;
    const { t0, t1, r0, r1 } = this.#view;
    const t = (x: number) => t0 + (x / clientWidth) * (t1 - t0);
    const r = (y: number) => r0 + (y / clientHeight) * (r1 - r0);
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#change({ t0: t(left), t1: t(left + width), r0: r(top), r1: r(top + height) });
  }

  #change(view: View): void {
    const next = clamped(view, this.whole);
    this.setView(next);
    this.#events.view(next);
  }

  /** Keys that move the view; true where it was one. */
  key(key: string, isShifted: boolean): boolean {
    const middle = { x: 0.5, y: 0.5 };
    const step = 0.15;
    switch (key) {
      case 'ArrowLeft':
        this.#change(isShifted ? zoomed(this.#view, 1.4, middle, 'time') : moved(this.#view, -step, 0));
        return true;
      case 'ArrowRight':
        this.#change(isShifted ? zoomed(this.#view, 1 / 1.4, middle, 'time') : moved(this.#view, step, 0));
        return true;
      case 'ArrowUp':
        this.#change(isShifted ? zoomed(this.#view, 1 / 1.4, middle, 'rows') : moved(this.#view, 0, -step));
        return true;
      case 'ArrowDown':
        this.#change(isShifted ? zoomed(this.#view, 1.4, middle, 'rows') : moved(this.#view, 0, step));
        return true;
      case '+':
      case '=':
        this.#change(zoomed(this.#view, 1 / 1.5, middle, 'both'));
        return true;
      case '-':
        this.#change(zoomed(this.#view, 1.5, middle, 'both'));
        return true;
      case '0':
      case 'Home':
        this.#change(wholeView(this.whole));
        return true;
      default:
        return false;
    }
  }

  #listen(over: HTMLElement): void {
    const at = (event: { clientX: number; clientY: number }) => {
      const { left, top } = over.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const nearest = (event: PointerEvent | MouseEvent, reach: number) => {
      const { x, y } = at(event);
      return this.#raster?.nearest(x * this.#scale, y * this.#scale, reach * this.#scale) ?? -1;
    };
    const host = this.#host;
    over.addEventListener('mousemove', (event) => {
      const { left, top } = host.getBoundingClientRect();
      this.#events.hover(nearest(event, REACH), event.clientX - left, event.clientY - top);
    });
    over.addEventListener('mouseleave', () => this.#events.hover(-1, 0, 0));
    let pressed = { x: 0, y: 0 };
    over.addEventListener('mousedown', (event) => {
      pressed = at(event);
    });
    over.addEventListener('click', (event) => {
      const { x, y } = at(event);
      if (Math.hypot(x - pressed.x, y - pressed.y) > 4) return;
      const attempt = nearest(event, REACH);
      if (attempt >= 0) this.#events.pick(attempt);
    });
    over.addEventListener('dblclick', () => this.#change(wholeView(this.whole)));
    over.addEventListener(
      'wheel',
      (event) => {
        // the page scrolls as everywhere, unless the picture was chosen or a touchpad is pinched
        if (!event.ctrlKey && !host.contains(document.activeElement)) return;
        event.preventDefault();
        const { x, y } = at(event);
        const factor = Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 250);
        const place = { x: x / over.clientWidth, y: y / over.clientHeight };
        this.#change(
          zoomed(this.#view, factor, place, event.shiftKey ? 'rows' : event.altKey ? 'time' : 'both'),
        );
      },
      { passive: false },
    );
    this.#listenToFingers(over, nearest);
  }

  /** One finger moves time, two zoom; a tap chooses. */
  #listenToFingers(over: HTMLElement, nearest: (event: PointerEvent, reach: number) => number): void {
    const fingers = new Map<number, { x: number; y: number }>();
    let moves = 0;
    over.addEventListener('pointerdown', (event) => {
      if (event.pointerType === 'mouse') return;
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      moves = 0;
    });
    over.addEventListener('pointermove', (event) => {
      const before = fingers.get(event.pointerId);
      if (before === undefined) return;
      const now = { x: event.clientX, y: event.clientY };
      moves += Math.hypot(now.x - before.x, now.y - before.y);
      const { left, top, width, height } = over.getBoundingClientRect();
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) this.#change(moved(this.#view, (before.x - now.x) / width, 0));
      else {
        const then = Math.hypot(before.x - other.x, before.y - other.y);
        const since = Math.max(1, Math.hypot(now.x - other.x, now.y - other.y));
        const place = {
          x: ((now.x + other.x) / 2 - left) / width,
          y: ((now.y + other.y) / 2 - top) / height,
        };
        this.#change(zoomed(this.#view, then / since, place, 'both'));
      }
      fingers.set(event.pointerId, now);
    });
    const lifted = (event: PointerEvent) => {
      if (!fingers.delete(event.pointerId) || moves > 8 || event.type !== 'pointerup') return;
      const attempt = nearest(event, FINGER_REACH);
      if (attempt >= 0) this.#events.pick(attempt);
    };
    over.addEventListener('pointerup', lifted);
    over.addEventListener('pointercancel', lifted);
  }
}

/** Rows that get a text: all of them where there is room, else as many as there is room for. */
function rowMarks(from: number, to: number, height: number): number[] {
  const room = Math.max(2, Math.floor(height / 22));
  const rough = (to - from) / room;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = Math.max(1, [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? power * 10);
  const out: number[] = [];
  // half a row down: a row's text stands in its middle
  for (let row = Math.ceil(from / step) * step; row < to; row += step) out.push(row + 0.5);
  return out;
}
