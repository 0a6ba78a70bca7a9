import type { Command } from '../command.ts';
import { readDotEnv } from '#platform/config/load.ts';
import { withApp } from '../context.ts';
import { askSecrets } from './ask-secrets.ts';
import { createAdministrator } from './registration.ts';

const [EMAIL, PASSWORD] = ['BONYAN_ADMIN_EMAIL', 'BONYAN_ADMIN_PASSWORD'] as const;

export const adminCreate: Command = {
  name: 'admin create',
  summary: 'Create an administrator, or make one of an existing account',
  options: {
    email: { type: 'string' },
    'first-name': { type: 'string' },
    'last-name': { type: 'string' },
    promote: { type: 'boolean' },
  },
  help: '--email ADDRESS   required\n--first-name, --last-name   default: Admin, Bonyan\n--promote   makes the existing account with this address an administrator; it keeps its password\n\nThe rules are those of sign-up. The password is read from standard input, or from BONYAN_ADMIN_PASSWORD; not from an\noption, which other users of this machine could see. A terminal does not show it.',
  async run({ email, 'first-name': firstName = 'Admin', 'last-name': lastName = 'Bonyan', promote }) {
    if (typeof email !== 'string')
      throw Object.assign(new Error('--email is required'), { code: 'ERR_PARSE_ARGS_MISSING' });
    const password = promote === true ? null : process.env[PASSWORD] || (await askPassword());
    const { [EMAIL]: first = readDotEnv()[EMAIL] } = process.env;
    if (!first) delete process.env[PASSWORD]; // the configuration refuses it alone
    return withApp('command', async (app) => {
      await app.prepare();
      const registration = { email, firstName: String(firstName), lastName: String(lastName) };
      const user =
        password === null
          ? await app.users.promoteToAdministrator(email)
          : await createAdministrator(app, { ...registration, password }, { onlyFirst: false });
      console.log(`${user?.email} is now an administrator (id ${user?.id}).`);
      return 0;
    });
  },
};

/** Twice in a terminal, where a mistake cannot be seen. */
async function askPassword(): Promise<string> {
  const questions = ['Password (12 characters or more): ', 'The same password again: '];
  const [password = '', again = password] = await askSecrets(process.stdin.isTTY ? questions : questions.slice(0, 1));
  if (password === again) return password;
  throw Object.assign(new Error('The two passwords differ. Nothing was created.'), { code: 'PASSWORDS_DIFFER' });
}
