import { writeFile } from 'node:fs/promises';
import type { Command } from './command.ts';
import { withApp } from './context.ts';

export const openapi: Command = {
  name: 'openapi',
  summary: 'Print the OpenAPI document',
  options: { out: { type: 'string' } },
  help: '--out FILE   write to FILE instead of standard output',
  run: ({ out }) =>
    withApp('command', async (app) => {
      const { http, openApi } = await app.createServer();
      const text = `${JSON.stringify(openApi(), null, 2)}\n`;
      await http.close();
      if (typeof out === 'string') await writeFile(out, text);
      else process.stdout.write(text);
      return 0;
    }),
};
