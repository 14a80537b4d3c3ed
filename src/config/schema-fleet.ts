/** What of the configuration says of other sensors: where attempts go, and whose blocks are heeded (docs/collector.md). */
import { z } from 'zod';
import { shortText } from './schema-words.ts';

const collectorUrl = z
  .string()
  .regex(
    /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?\/?$|^https?:\/\/\[[0-9a-fA-F:]+\](:\d{1,5})?\/?$/,
    'must be https://HOST:PORT of a collector, or the URL of a ClickHouse',
  );

export const fleetSchema = z
  .strictObject({
    'send-to': z
      .union([
        collectorUrl,
        z.templateLiteral(['clickhouse://', z.string()]),
        z.templateLiteral(['clickhouses://', z.string()]),
      ])
      .optional()
      .describe(
        'Where attempts go besides this history: "https://collector.example:8514", or clickhouse://.. as under history.engine.',
      ),
    'token-file': shortText
      .optional()
      .describe('The file that holds the token of this sensor at the collector, and nothing else.'),
    ca: shortText.optional().describe("Certificates to trust instead of the system's, PEM."),
    plain: z
      .literal(true)
      .optional()
      .describe('Send to http:// beyond loopback, which shows the token to everybody on the way.'),
    stream: z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,32}$/, 'must be up to 32 letters, digits, dots and hyphens')
      .optional()
      .describe('Another name for what is sent, after an old copy of the history was put back.'),
    blocks: z
      .boolean()
      .default(true)
      .describe('Whether who is kept out by the collector is kept out here. Default: true.'),
    'blocks-from': collectorUrl
      .optional()
      .describe('Whose blocks are heeded, where attempts go elsewhere or nowhere. Default: send-to.'),
  })
  .superRefine((fleet, context) => {
    const remotes = [fleet['send-to'], fleet['blocks-from']].filter(
      (url) => url?.startsWith('http') === true,
    );
    if (remotes.length > 0 && fleet['token-file'] === undefined)
      context.addIssue({ code: 'custom', message: 'a collector asks for a token: name token-file' });
    for (const url of remotes)
      if (fleet.plain === undefined && /^http:\/\/(?!127\.|localhost[:/]|localhost$|\[::1\])/.test(url ?? ''))
        context.addIssue({
          code: 'custom',
          message: `${url}: http:// beyond loopback shows the token to everybody on the way: https://, or plain = true`,
        });
  });
