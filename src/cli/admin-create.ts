import { createInterface } from 'node:readline/promises';
import type { Command } from './command.ts';
import { withApp } from './context.ts';

export const adminCreate: Command = {
  name: 'admin create',
  summary: 'Create an administrator',
  options: { email: { type: 'string' }, 'first-name': { type: 'string' }, 'last-name': { type: 'string' } },
  help: '--email ADDRESS   required\n--first-name, --last-name   default: Admin, Bonyan\n\nThe password is read from standard input, or from BONYAN_ADMIN_PASSWORD; not from an option, which other users of this machine could see.',
  async run({ email, 'first-name': firstName = 'Admin', 'last-name': lastName = 'Bonyan' }) {
    if (typeof email !== 'string')
      throw Object.assign(new Error('--email is required'), { code: 'ERR_PARSE_ARGS_MISSING' });
    const password = process.env['BONYAN_ADMIN_PASSWORD'] ?? (await ask('Password (12 characters or more): '));
    delete process.env['BONYAN_ADMIN_PASSWORD']; // without BONYAN_ADMIN_EMAIL the configuration would refuse it
    return withApp('command', async (app) => {
      await app.prepare();
      const user = await app.users.createAdministrator(
        { email, password, firstName: String(firstName), lastName: String(lastName) },
        { onlyFirst: false },
      );
      console.log(`${user?.email} is now an administrator (id ${user?.id}).`);
      return 0;
    });
  },
};

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(process.stdin.isTTY ? question : '');
  } finally {
    terminal.close();
  }
}
