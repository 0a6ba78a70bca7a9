import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { take } from '#client';
import type { OwnExport } from '#app/list/export.tsx';
import { saveFile } from '#app/list/save-file.ts';
import { useTexts } from '#app/text/language.ts';
import type { toAuditQuery } from './queries.ts';
import { words } from './words.ts';

const LINE_FEED = 10;
const MAX_COUNT = 10_000; // the server counts no further

/** The exports that the server makes: without a limit, and recorded in the trail. */
export function useWholeExports(asked: ReturnType<typeof toAuditQuery>): readonly OwnExport[] {
  const say = useTexts(words);
  const filter = given({ ...asked, cursor: undefined, pageSize: undefined });
  return (['csv', 'ndjson'] as const).map((format) => ({
    title: say.exportAll(format.toUpperCase()),
    work: {
      title: `${say.exporting} (${format.toUpperCase()})`,
      async run(report, signal) {
        const answer = client.api.GET('/api/v1/audit/export', {
          params: { query: { ...filter, format } },
          parseAs: 'stream',
          signal,
        });
        const { response } = await answer;
        const stream = await take(answer);
        const total = Number(response.headers.get('x-total-count') ?? Infinity);
        let done = format === 'csv' ? -1 : 0; // the line of names is no entry
        const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
          transform(chunk, out) {
            for (const byte of chunk) if (byte === LINE_FEED) done++;
            report({ done: Math.max(done, 0), total: total <= MAX_COUNT ? total : null });
            out.enqueue(chunk);
          },
        });
        const content = await new Response(
          (stream as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(counted),
        ).blob();
        saveFile(content, `audit-${new Date().toISOString().slice(0, 10)}.${format}`);
      },
    },
  }));
}
