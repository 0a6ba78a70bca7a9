import { clip } from '#kernel/text.ts';
import { parseRetryAfter, type Outbound } from '#platform/outbound/port.ts';
import { ask, isAnswer, toFailure, parseAnswer, pick } from './protocols/http-answers.ts';
import type { MessageProvider } from './port.ts';
import { refusesChat } from './addresses.ts';
import { required, type FromConfig } from './settings.ts';

const MAX_TEXT = 4096;
// The chat no longer exists, or has blocked the bot. Only the text of the error distinguishes this from other errors.
const DEAD_CHAT = /chat not found|blocked by the user|user is deactivated|bot was kicked|chat was deleted/i;

export interface TelegramNeeds {
  readonly outbound: Outbound;
  readonly url: string;
  readonly token: string;
  readonly now: () => Date;
}

export const fromConfig: FromConfig = (config, { operated }, now) => ({
  channel: 'telegram',
  provider: createTelegram({
    outbound: operated,
    url: config.telegramUrl,
    token: required(config.telegramBotToken, 'TELEGRAM_BOT_TOKEN'),
    now,
  }),
});

/** Messages of a Telegram bot. The API has no idempotency key: a lost answer may cause a second message. */
export function createTelegram({ outbound, url, token, now }: TelegramNeeds): MessageProvider {
  return {
    name: 'telegram',
    refuses: refusesChat,
    async send({ recipient, subject, text }, signal) {
      const answer = await ask(outbound, 'provider', {
        method: 'POST',
        url: `${url}/bot${token}/sendMessage`, // their API has the token in the URL
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ chat_id: recipient, text: shorten(subject === '' ? text : `${subject}\n\n${text}`) }),
        signal,
      });
      if (!isAnswer(answer)) return answer;
      const parsed = parseAnswer(answer);
      const words = pick(parsed, 'description') ?? '';
      const isDead = DEAD_CHAT.test(words) && [400, 403].includes(answer.status);
      // Every 403 of Telegram is about this chat and the bot; a wrong token is answered by 401 or 404.
      if (isDead || (answer.status === 403 && words.startsWith('Forbidden')))
        return { outcome: 'bounced', error: `answered ${answer.status}: ${words}`, suppress: isDead };
      const reason = answer.status === 404 ? 'the token is not known' : words;
      const failure = toFailure(answer, 'provider', now(), reason || null);
      if (!failure) return { outcome: 'sent', messageId: pick(parsed, 'result.message_id') };
      if (failure.outcome !== 'deferred') return failure;
      const requestedMs = parseRetryAfter(pick(parsed, 'parameters.retry_after') ?? undefined, now());
      return { ...failure, retryAfterMs: requestedMs ?? failure.retryAfterMs };
    },
  };
}

function shorten(text: string): string {
  return text.length <= MAX_TEXT ? text : `${clip(text, MAX_TEXT - 1)}…`;
}
