/** What of the configuration says where addresses are, and who answers for what is handed on. */
import { z } from 'zod';
import { TRAFFIC_LIGHTS } from '../show/export/format.ts';
import { EMAIL_ADDRESS } from '../show/export/reporter.ts';
import { shortText } from './schema-words.ts';

export const placesSchema = z.strictObject({
  country: shortText
    .optional()
    .describe('A MaxMind DB file (.mmdb) or a table of tor that tells the country of an address.'),
  asn: shortText.optional().describe('A MaxMind DB file (.mmdb) that tells the network of an address.'),
  look: z
    .boolean()
    .default(true)
    .describe(
      'Whether to look for such files where none is named: in /usr/share/GeoIP and the like. Default: true.',
    ),
});

export const exportSchema = z.strictObject({
  organisation: shortText.optional().describe('Who answers for exports and abuse reports.'),
  email: z
    .string()
    .regex(EMAIL_ADDRESS, 'must be an e-mail address')
    .optional()
    .describe('Where questions about them are answered; abuse reports need it.'),
  tlp: z
    .enum(TRAFFIC_LIGHTS)
    .default('amber')
    .describe('Who may read an export (Traffic Light Protocol): clear, green, amber or red. Default: amber.'),
});
