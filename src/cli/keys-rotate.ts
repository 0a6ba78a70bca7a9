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
