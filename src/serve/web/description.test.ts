// The description of the API is one that other programs can read: valid after the schema of the OpenAPI Initiative.
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { MemoryHistory } from '../../store/history/memory.ts';
import { ofHistory } from '../../view/of-history.ts';
import { webApp } from './app.ts';
import { openApi } from './description.ts';
import { tokensInMemory } from './tokens.ts';

it('is valid OpenAPI 3.1', async () => {
  const site = ofHistory({ name: '', version: '0', questions: new MemoryHistory(), now: () => 0 });
  const app = webApp(
    { site, blocks: null, actions: null, status: null, metrics: null, now: () => 0 },
    { tokens: tokensInMemory([]), hosts: new Set(), port: 1, pageFolder: '/nowhere' },
  );
  const validator = new Validator();
  const { valid, errors } = await validator.validate(
    JSON.parse(JSON.stringify(openApi(app))) as Record<string, unknown>,
  );
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});
