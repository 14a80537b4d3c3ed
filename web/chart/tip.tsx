/** What stands beside the pointer: the attempt under it. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { IS_KNOWN, IS_LOUD, IS_SUCCESS, IS_UNKNOWN, type Picture } from '../../src/view/site.ts';
import { moment } from '../words/format.ts';
import { Mark, Raw, UserName } from '../words/text.tsx';
import { placeOf } from './palette.ts';

export function Tip(props: {
  readonly picture: Picture;
  readonly attempt: number;
  readonly x: number;
  readonly y: number;
}) {
  const { picture, attempt, x, y } = props;
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    const host = element?.parentElement;
    if (element === null || element === undefined || host === null || host === undefined) return;
    const right = x + 16 + element.offsetWidth > host.clientWidth;
    element.style.left = `${Math.max(4, right ? x - 14 - element.offsetWidth : x + 14)}px`;
    element.style.top = `${Math.max(4, Math.min(host.clientHeight - element.offsetHeight - 4, y - 12))}px`;
  });
  const flags = picture.flags[attempt]!;
  const campaign = picture.campaign[attempt]!;
  const success = (flags & IS_SUCCESS) !== 0;
  return (
    <div class="tip" ref={box}>
      <div class="tip-time">{moment(picture.from + picture.time[attempt]!)}</div>
      <div>
        <span class="tip-name">
          <UserName name={picture.users[picture.user[attempt]!] ?? null} limit={28} />
        </span>{' '}
        {(flags & IS_UNKNOWN) !== 0 && <span class="faint">unknown user</span>}
        {(flags & IS_KNOWN) !== 0 && <span class="faint">known user</span>}
      </div>
      <div>
        from <Raw text={picture.sources[picture.source[attempt]!] ?? ''} limit={34} />
      </div>
      <div class="faint">
        on <Raw text={picture.sensors[picture.sensor[attempt]!] ?? ''} limit={20} />
      </div>
      {success && <div class="tip-login">logged in</div>}
      {campaign > 0 ? (
        <div>
          <Mark n={placeOf(picture.campaigns[campaign - 1] ?? '')} /> campaign{' '}
          {picture.campaigns[campaign - 1]}
        </div>
      ) : (
        <div class="faint">{(flags & IS_LOUD) !== 0 ? 'a loud source' : success ? '' : 'of no campaign'}</div>
      )}
    </div>
  );
}
