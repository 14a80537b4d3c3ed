/** What of the configuration says where the page and the API are. */
import { z } from 'zod';
import { hostAndPort, shortText } from './schema-words.ts';

export const serveSchema = z.strictObject({
  page: z
    .boolean()
    .default(false)
    .describe('Whether slowbrute watch serves the page and the API itself. Default: false.'),
  listen: hostAndPort
    .default('127.0.0.1:9478')
    .describe('Where they are served. Beyond loopback put a proxy with TLS before it (docs/serve.md).'),
  hosts: z
    .array(shortText)
    .default([])
    .describe('Names under which a browser may ask for it besides localhost, as behind a proxy.'),
});
