import type { CapturedMail } from '#platform/mail/captured.ts';
import type { Command } from './command.ts';
import { withApp } from './context.ts';

const MAX_COUNT = 100;
/** Everything that a terminal would obey, except tabs and line ends: strangers write parts of a mail. */
const COMMANDS_OF_TERMINALS = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu;

/** Reads the database, so that it works beside a running server, and without one. */
export const mailbox: Command = {
  name: 'mailbox',
  summary: 'Print the newest captured e-mails (development without a mail server)',
  options: { count: { type: 'string' }, json: { type: 'boolean' } },
  takesWords: true,
  help: `ADDRESS     only e-mails to this address; default: all\n--count N   how many, 1 to ${MAX_COUNT}; default: 5\n--json      print JSON instead of text\n\nThe newest is the last. Servers may keep running.`,
  async run({ count = '5', json }, [address = null, ...others]) {
    const wanted = Number(count);
    if (others.length > 0) throw wrongWords('at most one ADDRESS is expected');
    if (!/^\d+$/.test(String(count)) || wanted < 1 || wanted > MAX_COUNT)
      throw wrongWords(`--count expects a number from 1 to ${MAX_COUNT}`);
    return withApp('command', async (app) => {
      if (!app.mailbox) {
        console.error(
          'There is no captured mailbox: e-mails go to SMTP_URL. It exists only in development without SMTP_URL.',
        );
        return 1;
      }
      await app.database.migrate(app.migrations);
      const mails = (await app.mailbox.list(address)).slice(0, wanted).toReversed();
      if (json === true) console.log(toJson({ items: mails }));
      else if (mails.length === 0) console.log(`There is no e-mail${address === null ? '' : ` to ${address}`} yet.`);
      else console.log(mails.map(toText).join('\n\n'));
      return 0;
    });
  },
};

function toText({ id, to, subject, text, receivedAt, isReadable }: CapturedMail): string {
  const content = isReadable
    ? [`To:       ${to}`, `Subject:  ${subject}`, '', text.trimEnd()]
    : ['It cannot be opened: it was sealed under another BONYAN_SECRET.'];
  return [`── ${receivedAt}  ${id}`, ...content].join('\n').replace(COMMANDS_OF_TERMINALS, '');
}

/** The same values for a program, and nothing that a terminal obeys. */
function toJson(value: unknown): string {
  const escaped = (unsafe: string) => `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, 2).replace(COMMANDS_OF_TERMINALS, escaped);
}

function wrongWords(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_PARSE_ARGS_MISSING' });
}
