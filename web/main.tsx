/** The page of `slowbrute serve`: who is there, then the views. */
import { render } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Refusal, type Session } from './data/gateway.ts';
import { httpGateway, SIGNED_OUT, session, signIn, signOut } from './data/http.ts';
import { Failure, refusalOf } from './data/load.tsx';
import { App } from './shell/app.tsx';
import { followAddress } from './shell/route.ts';
import { SignIn, tokenFromAddress } from './shell/sign-in.tsx';
import './style/all.css';

type State =
  | { readonly kind: 'asking' }
  | { readonly kind: 'out'; readonly refusal: Refusal | null }
  | { readonly kind: 'in'; readonly session: Session }
  | { readonly kind: 'away'; readonly refusal: Refusal };

const ENDED = new Refusal('signed-out', 'The session is over.', 'Sign in again.');

function Page({ token }: { readonly token: string | null }) {
  const [state, setState] = useState<State>({ kind: 'asking' });
  useEffect(() => {
    const begin = token === null ? session() : signIn(token);
    begin.then(
      (value) => setState({ kind: 'in', session: value }),
      (error: unknown) => {
        const refusal = refusalOf(error);
        if (refusal.kind === 'away' || refusal.kind === 'failed') setState({ kind: 'away', refusal });
        // nobody has been here yet: no reason to complain
        else setState({ kind: 'out', refusal: token === null ? null : refusal });
      },
    );
  }, []);
  const [areShown, setShown] = useState(false);
  useEffect(() => {
    const onSignedOut = () => setState({ kind: 'out', refusal: ENDED });
    addEventListener(SIGNED_OUT, onSignedOut);
    return () => removeEventListener(SIGNED_OUT, onSignedOut);
  }, []);
  const gateway = useMemo(
    () =>
      state.kind === 'in'
        ? httpGateway({ canBlock: state.session.canBlock, names: areShown ? 'shown' : 'hidden' })
        : null,
    [state, areShown],
  );
  switch (state.kind) {
    case 'asking':
      return null;
    case 'out':
      return <SignIn first={state.refusal} onSession={(value) => setState({ kind: 'in', session: value })} />;
    case 'away':
      return (
        <main id="main">
          <Failure refusal={state.refusal} what="answer" />
        </main>
      );
    case 'in': {
      const leave = () => {
        void signOut().finally(() => location.reload());
      };
      return <App gateway={gateway!} onSignOut={leave} names={{ areShown, change: setShown }} />;
    }
  }
}

const token = tokenFromAddress();
followAddress();
render(<Page token={token} />, document.getElementById('page')!);
