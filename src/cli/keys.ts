import type { Command } from './command.ts';
import { withApp } from './context.ts';

export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'Create a new key that signs access tokens',
  options: {},
  help: 'The new key is published at once and signs from ten minutes later on; tokens signed by the current key stay valid until\nthey expire. Servers do this automatically every BONYAN_SIGNING_KEY_DAYS. No restart is needed.',
  run: () =>
    withApp('command', async (app) => {
      await app.prepare();
      const { kid, signsFrom } = await app.users.rotateSigningKey();
      console.log(`The key ${kid} signs access tokens from ${signsFrom} on.`);
      return 0;
    }),
};

export const keysWithdraw: Command = {
  name: 'keys withdraw',
  summary: 'Refuse all access tokens of a signing key that somebody else may have',
  options: {},
  takesWords: true,
  help: 'KID   the key; /.well-known/jwks.json lists all. Write -- before one that begins with -\n\nServers refuse its tokens from the next request on, and sign with another key at once. Clients refresh their tokens and\nstay signed in. Services that verify tokens themselves may have the published keys in their cache for five minutes.',
  async run(_, [kid, ...others]) {
    if (kid === undefined || others.length > 0)
      throw Object.assign(new Error('exactly one KID is required'), { code: 'ERR_PARSE_ARGS_MISSING' });
    return withApp('command', async (app) => {
      await app.prepare();
      const signing = await app.users.withdrawSigningKey(kid);
      if (signing !== null) {
        console.log(
          `The key ${kid} is withdrawn: its access tokens are refused. The key ${signing} signs from now on.`,
        );
        return 0;
      }
      const kids = (await app.users.publishedKeys()).map((key) => key.kid);
      console.error(`There is no key ${kid}. The keys are:\n  ${kids.join('\n  ')}`);
      return 1;
    });
  },
};

export const secretReEncrypt: Command = {
  name: 'secret re-encrypt',
  aliases: ['secret rewrap'],
  summary:
    'After a change of BONYAN_SECRET, or an update: re-encrypt what is under the previous secret or in an older form',
  options: {},
  help: 'Run it when every process has the new BONYAN_SECRET, and the old one as BONYAN_SECRET_PREVIOUS. Run it once, too, after an\nupdate from a version that did not bind ciphertexts to their rows, and then restart every process: from its start on it refuses\nthe older form. Servers may keep running meanwhile. After an interruption run it again; it may be run any\nnumber of times. It says when the old secret can be removed, and exits with 1 when rows cannot be opened.',
  run: () =>
    withApp('command', async (app) => {
      await app.prepare();
      const { columns, since, handedOut } = await app.secrets.reEncrypt();
      for (const { name, rows, old, unopenable } of columns) {
        const lost = unopenable === 0 ? '' : `; ${unopenable} cannot be opened`;
        console.log(`  ${name.padEnd(40)} ${old} of ${rows} re-encrypted${lost}`);
      }
      if (columns.some(({ unopenable }) => unopenable > 0)) {
        console.log(
          '\nSome rows cannot be opened: they were encrypted under another secret, or were changed or copied from another row. Keep BONYAN_SECRET_PREVIOUS, and find that secret, or restore the rows from a backup.',
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
