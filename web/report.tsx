/** The report to hand on: the same views over what the file itself holds. */
import { render } from 'preact';
import { enclosedGateway, openEnclosed } from './data/enclosed.ts';
import { Failure, refusalOf } from './data/load.tsx';
import { App } from './shell/app.tsx';
import { followAddress } from './shell/route.ts';
import './style/all.css';

const place = document.getElementById('page')!;

async function show(): Promise<void> {
  try {
    const element = document.getElementById('enclosed');
    const enclosed = await openEnclosed(element?.textContent ?? '');
    element?.remove();
    followAddress();
    render(<App gateway={enclosedGateway(enclosed)} enclosed={enclosed} onSignOut={null} />, place);
  } catch (error) {
    render(
      <main id="main">
        <Failure refusal={refusalOf(error)} what="report" />
      </main>,
      place,
    );
  }
}

void show();
