import type { Command } from './command.ts';
import { withApp } from './context.ts';

export const secretReEncrypt: Command = {
  name: 'secret re-encrypt',
  aliases: ['secret rewrap'],
  summary: 'After a change of BONYAN_SECRET: re-encrypt what is still under the previous secret',
  options: {},
  help: 'Run it when every process has the new BONYAN_SECRET, and the old one as BONYAN_SECRET_PREVIOUS. Servers may keep running.\nAfter an interruption run it again; it may be run any number of times. It says when the old secret can be removed, and\nexits with 1 when rows can be opened under neither secret.',
  run: () =>
    withApp('command', async (app) => {
      await app.prepare();
      const { columns, since, handedOut } = await app.secrets.reEncrypt();
      for (const { name, rows, old, unopenable } of columns) {
        const lost = unopenable === 0 ? '' : `; ${unopenable} can be opened under neither secret`;
        console.log(`  ${name.padEnd(40)} ${old} of ${rows} re-encrypted${lost}`);
      }
      if (columns.some(({ unopenable }) => unopenable > 0)) {
        console.log(
          '\nSome rows can be opened under neither secret. Keep BONYAN_SECRET_PREVIOUS, and find the secret under which they were encrypted.',
        );
        return 1;
      }
      console.log(
        '\nAll stored data can be opened under BONYAN_SECRET. Remove BONYAN_SECRET_PREVIOUS from every process.',
      );
      for (const { what, count, until } of handedOut)
        console.log(
          `That makes ${count} ${what} from before ${since} invalid; the last of them expires on ${until ?? since} anyway.`,
        );
      return 0;
    }),
};
