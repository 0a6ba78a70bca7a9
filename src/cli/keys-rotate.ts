import type { Command } from './command.ts';
import { withApp } from './context.ts';

export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'Announce a new key for access tokens',
  options: {},
  help: 'The new key is published at once and signs ten minutes later; tokens of the present one stay valid until they\nexpire. Happens by itself every BONYAN_SIGNING_KEY_DAYS. Running servers take part without a restart.',
  run: () =>
    withApp('command', async (app) => {
      await app.prepare();
      const { kid, signsFrom } = await app.users.rotateSigningKey();
      console.log(`The key ${kid} signs from ${signsFrom}.`);
      return 0;
    }),
};
