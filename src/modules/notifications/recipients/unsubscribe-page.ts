import type { Language } from '#kernel/language.ts';
import type { WebPage } from '#platform/pages/port.ts';

const words = {
  en: {
    question: ['Unsubscribe', 'Do you want to stop messages of this kind by e-mail?', 'Unsubscribe'],
    done: ['You are unsubscribed', 'No more messages of this kind will be sent to you by e-mail.', ''],
  },
  fa: {
    question: ['لغو اشتراک', 'آیا می‌خواهید دیگر این نوع پیام‌ها را با ایمیل دریافت نکنید؟', 'لغو اشتراک'],
    done: ['اشتراک شما لغو شد', 'از این پس این نوع پیام‌ها با ایمیل برای شما فرستاده نمی‌شود.', ''],
  },
} satisfies Record<Language, Record<'question' | 'done', readonly [string, string, string]>>;

/** The page behind the link. Opening it changes nothing; its form posts to the same URL. */
export function unsubscribePage(language: Language, state: 'question' | 'done'): WebPage {
  const [title, sentence, action] = words[language][state];
  const button = action ? `<form method="post"><button>${action}</button></form>` : '';
  return { language, title, body: `<h1>${title}</h1><p>${sentence}</p>${button}` };
}
