import { take, type NewNotification, type NewNotificationSchedule } from '#client';
import { client } from '#app/server/client.ts';
import { parseTypedDate } from '#app/text/dates.ts';
import type { Language } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import type { Channel } from '../kinds.ts';
import { PATH } from './queries.ts';

export interface Draft {
  readonly channel: Channel;
  /** Id; empty for text that is written by hand. */
  readonly template: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  /** Empty for that of the recipient. */
  readonly language: string;
  readonly category: 'general' | 'reminders' | 'product';
  readonly when: 'now' | 'at' | 'repeat';
  readonly date: string;
  readonly time: string;
  readonly rule: 'hourly' | 'daily' | 'weekly' | 'monthly' | 'cron';
  readonly cron: string;
  readonly values: Readonly<Record<string, string>>;
}

export const EMPTY: Draft = {
  channel: 'email',
  template: '',
  recipient: '',
  subject: '',
  body: '',
  language: '',
  category: 'general',
  when: 'now',
  date: '',
  time: '',
  rule: 'daily',
  cron: '',
  values: {},
};

/** `14:30` from what was typed in any digits; null if it is no time. */
export function toTime(typed: string): string | null {
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})$/.exec(toPlain(typed).trim()) ?? [];
  return hour !== '' && Number(hour) < 24 && Number(minute) < 60 ? `${hour.padStart(2, '0')}:${minute}` : null;
}

/** The first run, by the clock of the browser. */
function runAtOf({ when, date, time }: Draft, language: Language): string | null {
  const day = parseTypedDate(date, language);
  const clock = toTime(time);
  return when === 'now' || !day || clock === null ? null : new Date(`${day}T${clock}`).toISOString();
}

/** What is typed is text; lists and objects are written as JSON. */
export function toVariables(values: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, parseJson(text)]));
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Accepts the message. Returns its id. */
export async function create(draft: Draft, language: Language): Promise<string> {
  const { channel, recipient, category, template, subject, body, values } = draft;
  const runAt = runAtOf(draft, language);
  const content: Partial<NewNotification> =
    template === '' ? { subject, body } : { templateId: template, variables: toVariables(values) };
  const message = await take(
    client.api.POST(PATH, {
      body: {
        channel,
        recipient: recipient.trim(),
        category,
        ...content,
        ...(draft.language !== '' && { language: draft.language }),
        ...(runAt !== null && { scheduledAtUtc: runAt }),
      },
    }),
  );
  return message.id;
}

/** Repeats a message from its first run on. */
export function repeat(notificationId: string, draft: Draft, language: Language) {
  const body = toSchedule(draft, language);
  return take(client.api.POST(`${PATH}/{notificationId}/schedule`, { params: { path: { notificationId } }, body }));
}

/** By the clock of the browser. */
export function toSchedule(draft: Draft, language: Language): NewNotificationSchedule {
  const { rule, cron } = draft;
  return {
    runAtUtc: runAtOf(draft, language),
    ruleName: rule === 'cron' ? toPlain(cron).trim() : rule,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
