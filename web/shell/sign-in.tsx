/**
 * The way in: a token, as `slowbrute serve` printed it. It may come in the address's fragment, which is taken out of the address
 * at once, so that it stays in no history and in no link that is passed on.
 */
import { useState } from 'preact/hooks';
import type { Refusal, Session } from '../data/gateway.ts';
import { signIn } from '../data/http.ts';
import { refusalOf } from '../data/load.tsx';

/** The token in the address (`#token=...`), which then has none any more; null: there is none. */
export function tokenFromAddress(): string | null {
  const match = /^#(?:\/?\?)?token=([^&]+)/.exec(location.hash);
  if (match === null) return null;
  history.replaceState(null, '', `${location.pathname}#/`);
  try {
    return decodeURIComponent(match[1]!);
  } catch {
    return match[1]!;
  }
}

export function SignIn({
  onSession,
  first,
}: {
  readonly onSession: (session: Session) => void;
  /** Why one is here, where it is not the first visit. */
  readonly first: Refusal | null;
}) {
  const [refusal, setRefusal] = useState<Refusal | null>(first);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = (event.currentTarget as HTMLFormElement).elements.namedItem('token') as HTMLInputElement;
    setBusy(true);
    setRefusal(null);
    try {
      onSession(await signIn(input.value.trim()));
    } catch (error) {
      setRefusal(refusalOf(error));
      setBusy(false);
      input.select();
    }
  };
  return (
    <main class="sign-in" id="main">
      <form class="card" onSubmit={(event) => void submit(event)} aria-busy={isBusy}>
        <h1>slowbrute</h1>
        <p>
          <label for="token">Token</label>
        </p>
        <p>
          <input
            id="token"
            name="token"
            type="password"
            required
            autocomplete="current-password"
            spellcheck={false}
            autofocus
            aria-describedby="token-help token-error"
          />
        </p>
        <p id="token-error" role="alert" class="bad">
          {refusal !== null && (
            <>
              {refusal.message} {refusal.remedy}
            </>
          )}
        </p>
        <p>
          <button type="submit" disabled={isBusy}>
            {isBusy ? 'One moment …' : 'Sign in'}
          </button>
        </p>
        <p id="token-help" class="faint">
          It was printed when slowbrute served this page for the first time. Another one:{' '}
          <code>slowbrute token add</code> on that machine.
        </p>
      </form>
    </main>
  );
}
