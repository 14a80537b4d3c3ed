/** Doing something about a source: to block it, to release it, never to block it. Always with a reason, which is kept. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Act, Refusal } from '../data/gateway.ts';
import { refusalOf } from '../data/load.tsx';
import { say } from '../shell/say.tsx';
import { Raw } from '../words/text.tsx';

export type Deed = 'block' | 'release' | 'allow' | 'disallow';

const DEEDS: Readonly<
  Record<Deed, { readonly button: string; readonly title: string; readonly done: string }>
> = {
  block: { button: 'Block', title: 'Block', done: 'is blocked' },
  release: { button: 'Release', title: 'End the block of', done: 'is released' },
  allow: { button: 'Never block', title: 'Never block', done: 'will never be blocked' },
  disallow: { button: 'May be blocked again', title: 'Allow blocks again of', done: 'may be blocked again' },
};
const SPANS = [
  { seconds: 3600, says: 'an hour' },
  { seconds: 86_400, says: 'a day' },
  { seconds: 604_800, says: 'a week' },
  { seconds: 2_592_000, says: '30 days' },
  { seconds: null, says: 'until somebody ends it' },
] as const;

export function ActButtons({
  act,
  target,
  isBlocked,
  onActed,
}: {
  readonly act: Act;
  readonly target: string;
  readonly isBlocked: boolean;
  readonly onActed: () => void;
}) {
  const [deed, setDeed] = useState<Deed | null>(null);
  return (
    <>
      <button type="button" onClick={() => setDeed(isBlocked ? 'release' : 'block')}>
        {DEEDS[isBlocked ? 'release' : 'block'].button} …
      </button>
      <button type="button" onClick={() => setDeed('allow')}>
        {DEEDS.allow.button} …
      </button>
      {deed !== null && (
        <ActDialog act={act} deed={deed} target={target} onClose={() => setDeed(null)} onActed={onActed} />
      )}
    </>
  );
}

/** Asks why, and for a block how long; `target` null: asks for it, too. */
export function ActDialog(props: {
  readonly act: Act;
  readonly deed: Deed;
  readonly target: string | null;
  readonly onClose: () => void;
  readonly onActed: () => void;
}) {
  const { act, deed, target, onClose, onActed } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const value = (name: string) =>
      (form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement | null)?.value.trim() ?? '';
    const aim = target ?? value('target');
    const why = value('why');
    setBusy(true);
    setRefusal(null);
    try {
      if (deed === 'block') {
        const evenPeople = (form.elements.namedItem('even-people') as HTMLInputElement).checked;
        await act.block(aim, value('span') === '' ? null : Number(value('span')), why, evenPeople);
      } else await act[deed](aim, why);
      say(`${aim} ${DEEDS[deed].done}`);
      dialog.current?.close();
      onActed();
    } catch (error) {
      setRefusal(refusalOf(error));
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="deed">
      <h2 id="deed">
        {DEEDS[deed].title} {target !== null && <Raw text={target} limit={50} />}
      </h2>
      <form onSubmit={(event) => void submit(event)} class="deed">
        {target === null && (
          <>
            <label for="deed-target">Address or network</label>
            <input
              id="deed-target"
              name="target"
              required
              maxLength={100}
              spellcheck={false}
              autocomplete="off"
            />
          </>
        )}
        {deed === 'block' && (
          <>
            <label for="deed-span">For</label>
            <select id="deed-span" name="span" defaultValue="86400">
              {SPANS.map(({ seconds, says }) => (
                <option
                  key={says}
                  value={seconds === null ? '' : String(seconds)}
                  selected={seconds === 86_400}
                >
                  {says}
                </option>
              ))}
            </select>
          </>
        )}
        <label for="deed-why">Why</label>
        <input id="deed-why" name="why" required maxLength={200} autocomplete="off" />
        {deed === 'block' && (
          <label class="check">
            <input type="checkbox" name="even-people" /> even if somebody has logged in from there
          </label>
        )}
        <p class="faint small">Who did it and why is kept.</p>
        <p role="alert" class="bad">
          {refusal !== null && (
            <>
              {refusal.message} {refusal.remedy}
            </>
          )}
        </p>
        <p class="buttons">
          <button type="submit" disabled={isBusy}>
            {DEEDS[deed].button}
          </button>
          <button type="button" class="plain" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </p>
      </form>
    </dialog>
  );
}
