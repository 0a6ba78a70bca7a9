import type { Command } from './command.ts';
import { withApp } from './context.ts';

export const secretReEncrypt: Command = {
  name: 'secret rewrap',
  summary: 'After a change of BONYAN_SECRET: seal anew what stands under the one before',
  options: {},
  help: 'Run it when every process has the new BONYAN_SECRET, with the old one as BONYAN_SECRET_PREVIOUS. Servers go on meanwhile.\nBroken off, it is begun again; twice is once. Tells when the old secret can be dropped; ends with 1 when rows\nopen under neither.',
  run: () =>
    withApp('command', async (app) => {
      await app.prepare();
      const { columns, since, handedOut } = await app.secrets.reEncrypt();
      for (const { name, rows, old, unopenable } of columns) {
        const lost = unopenable === 0 ? '' : `; ${unopenable} open under neither secret`;
        console.log(`  ${name.padEnd(40)} ${old} of ${rows} sealed anew${lost}`);
      }
      if (columns.some(({ unopenable }) => unopenable > 0)) {
        console.log(
          '\nSome rows open under neither secret. Keep BONYAN_SECRET_PREVIOUS, and find the secret they were sealed under.',
        );
        return 1;
      }
      console.log('\nAll that is kept opens under BONYAN_SECRET. BONYAN_SECRET_PREVIOUS can be dropped everywhere.');
      for (const { what, count, until } of handedOut)
        console.log(
          `Then ${count} ${what} since ${since} are void; all of these have ended by themselves on ${until ?? since}.`,
        );
      return 0;
    }),
};
