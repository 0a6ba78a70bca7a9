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
