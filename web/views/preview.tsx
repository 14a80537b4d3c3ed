/** A small picture that cannot be moved: time against user name, as it is seen first. It leads to the large one. */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Picture } from '../../src/view/site.ts';
import { Raster } from '../chart/raster.ts';
import { inksOf, inksOfAttempts, ranksOf, sceneOf } from '../chart/scene.ts';
import { timeTicks } from '../chart/ticks.ts';
import { wholeView } from '../chart/viewport.ts';
import { Await, useLoad } from '../data/load.tsx';
import type { SiteContext } from '../shell/app.tsx';
import { isDark, palette } from '../shell/theme.ts';
import { counted, shortText, thousands } from '../words/format.ts';

/** Enough to see what there is to see in a small image; the large picture has them all. */
const MOST = 60_000;
const ALL = { quiet: true, loud: false, logins: false, without: new Set<number>(), sensor: null } as const;

export function Preview({
  site,
  campaign,
  label,
}: {
  readonly site: SiteContext;
  readonly campaign: string | null;
  readonly label: string;
}) {
  const loaded = useLoad(
    () => site.gateway.picture({ limit: MOST, ...(campaign === null ? {} : { campaign }) }),
    [site.gateway, campaign],
  );
  return (
    <div class="preview">
      <Await of={loaded} what="the picture">
        {(picture) => <Image picture={picture} label={label} isCampaign={campaign !== null} />}
      </Await>
    </div>
  );
}

function Image({
  picture,
  label,
  isCampaign,
}: {
  readonly picture: Picture;
  readonly label: string;
  readonly isCampaign: boolean;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useMemo(() => {
    const choice = isCampaign ? { ...ALL, loud: true } : ALL;
    return sceneOf(picture, 'user', ranksOf(picture, 'user', 'alphabet'), inksOfAttempts(picture), choice);
  }, [picture, isCampaign]);
  const dark = isDark.value;
  useEffect(() => {
    const element = canvas.current!;
    const draw = () => {
      const scale = Math.min(2, devicePixelRatio || 1);
      const raster = new Raster(element.clientWidth * scale, element.clientHeight * scale);
      element.width = raster.width;
      element.height = raster.height;
      raster.draw(
        scene.layers,
        wholeView(wholeOf(picture, scene.textOf.length)),
        scene.inkOf,
        inksOf(palette.peek()),
        scale,
      );
      const image = new ImageData(new Uint8ClampedArray(raster.pixels.buffer), raster.width, raster.height);
      element.getContext('2d')?.putImageData(image, 0, 0);
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scene, dark]);
  if (scene.count === 0) return <p class="faint">No quiet attempt that tells a name.</p>;
  const { seconds } = wholeOf(picture, 0);
  const view = wholeView({ seconds, rows: 0 });
  const name = (row: number) => shortText(picture.users[scene.textOf[row]!] ?? '', 14);
  return (
    <figure>
      <div class="preview-frame">
        <div class="preview-rows" aria-hidden="true">
          <span>{name(0)}</span>
          {scene.textOf.length > 6 && <span>{name(scene.textOf.length >> 1)}</span>}
          {scene.textOf.length > 1 && <span>{name(scene.textOf.length - 1)}</span>}
        </div>
        <a
          href={isCampaign ? '#/picture?show=campaigns' : '#/picture'}
          class="preview-image"
          aria-label={`${label}. Open the picture.`}
        >
          <canvas ref={canvas} role="img" aria-label={label} />
        </a>
        <div class="timeline-times" aria-hidden="true">
          {timeTicks(picture.from + view.t0, picture.from + view.t1, 7)
            .filter(({ at }) => at - picture.from - view.t0 < 0.93 * (view.t1 - view.t0))
            .map(({ at, says }) => (
              <span
                key={at}
                style={{ left: `${((at - picture.from - view.t0) / (view.t1 - view.t0)) * 100}%` }}
              >
                {says}
              </span>
            ))}
        </div>
      </div>
      <figcaption class="faint small">
        {counted(scene.count, 'attempt')} under {counted(scene.textOf.length, 'name')}, names from top to
        bottom by the alphabet
        {picture.isThinned && `; thinned out evenly from ${thousands(picture.all)}`}
      </figcaption>
    </figure>
  );
}

function wholeOf(picture: Picture, rows: number) {
  return { seconds: picture.length === 0 ? 0 : picture.time[picture.length - 1]!, rows };
}
