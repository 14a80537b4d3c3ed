/** A campaign for other programs and other people, as a file to download (src/show/export/, docs/exports.md). */
import { z } from '@hono/zod-openapi';
import { DEFAULT_BAN_SECONDS, DEFAULT_CONFIDENCE, exportSite } from '../../show/export/export.ts';
import { EXPORT_FORMATS, TRAFFIC_LIGHTS } from '../../show/export/format.ts';
import { answer, notThere, problems } from './answers.ts';
import type { Served, WebApp } from './context.ts';
import { namesQuery } from './questions.ts';
import { absent } from './read-api.ts';
import { textStream } from './text-stream.ts';

export function exportApi(app: WebApp, served: Served): void {
  answer(
    app,
    {
      method: 'get',
      path: '/api/v1/campaigns/{id}/export',
      summary: 'One campaign as STIX, MISP, CrowdSec, X-ARF, letters or a list',
      request: {
        params: z.strictObject({ id: z.string().max(100) }),
        query: z.strictObject({
          format: z.enum(EXPORT_FORMATS),
          names: namesQuery,
          confidence: z.coerce.number().min(0).max(1).default(DEFAULT_CONFIDENCE),
          tlp: z.enum(TRAFFIC_LIGHTS).optional(),
        }),
      },
      responses: {
        200: { description: 'the file', content: { 'application/octet-stream': { schema: z.string() } } },
        ...problems,
        ...notThere,
      },
    },
    async (c, { params, query: { format, names, confidence, tlp } }) => {
      const { site, exporting } = served;
      const exported = await exportSite(site, {
        format,
        names,
        confidence,
        campaign: params.id,
        reporter: exporting?.reporter ?? null,
        tlp: tlp ?? exporting?.tlp ?? 'amber',
        banSeconds: DEFAULT_BAN_SECONDS,
      });
      if (exported.campaigns === 0) return absent(c, 'campaign');
      c.header('content-type', exported.mediaType);
      c.header('content-disposition', `attachment; filename="${exported.fileName}"`);
      return c.body(textStream(exported.pieces));
    },
  );
}
