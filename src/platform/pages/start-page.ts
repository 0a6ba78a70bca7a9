import type { Language } from '#kernel/language.ts';
import { COMMAND } from '../invocation.ts';
import { escapeHtml, withLanguage, type WebPage } from './port.ts';

interface Card {
  readonly href: string;
  readonly title: string;
  readonly about: string;
}

const words = {
  en: {
    title: '{app} runs here',
    about: 'Accounts, permissions, todos, notifications and an audit trail, behind one API.',
    cards: [
      { href: '/docs', title: 'Manual', about: 'What the server offers, and how to work with it.' },
      { href: '/docs/api', title: 'API reference', about: 'Every operation, with a form to try it.' },
      { href: '/problems', title: 'Errors', about: 'Every code, what it means and what to do.' },
      { href: '/health', title: 'Health', about: 'Whether each component works, as JSON.' },
      { href: '/openapi.json', title: 'OpenAPI', about: 'The API for programs, as JSON.' },
      { href: '/asyncapi.json', title: 'AsyncAPI', about: 'The events for programs, as JSON.' },
    ],
    mailbox:
      'E-mails are captured here and not sent. Open the mailbox by the link that the server printed, or read them with',
  },
  fa: {
    title: '{app} در حال اجراست',
    about: 'حساب‌های کاربری، مجوزها، کارها، اعلان‌ها و لاگ ممیزی، پشت یک API.',
    cards: [
      { href: '/docs', title: 'راهنما', about: 'سرور چه امکاناتی دارد و چطور باید با آن کار کرد.' },
      { href: '/docs/api', title: 'مرجع API', about: 'همهٔ متدها، با فرمی برای امتحان کردن.' },
      { href: '/problems', title: 'خطاها', about: 'همهٔ کدها، معنی هر کدام و کاری که باید کرد.' },
      { href: '/health', title: 'سلامت', about: 'وضعیت هر بخش سرور، به شکل JSON.' },
      { href: '/openapi.json', title: 'OpenAPI', about: 'توصیف API برای برنامه‌ها، به شکل JSON.' },
      { href: '/asyncapi.json', title: 'AsyncAPI', about: 'توصیف رویدادها برای برنامه‌ها، به شکل JSON.' },
    ],
    mailbox:
      'ایمیل‌ها اینجا نگه داشته می‌شوند و فرستاده نمی‌شوند. صندوق آزمایشی را با پیوندی که سرور چاپ کرده است باز کنید، یا ایمیل‌ها را با این دستور بخوانید:',
  },
} satisfies Record<Language, { title: string; about: string; cards: readonly Card[]; mailbox: string }>;
const OWN_PAGES = new Set(['/docs', '/problems']); // of both languages

/** The page at `/` of the application `appName`: where everything is. */
export function startPage(language: Language, appName: string, hasMailbox: boolean): WebPage {
  const { about, cards, mailbox } = words[language];
  const title = words[language].title.replace('{app}', () => appName);
  const items = cards.map(({ href, title: name, about: what }) => {
    const address = OWN_PAGES.has(href) ? withLanguage(href, language) : href;
    return `<li><a href="${address}">${name}</a><p>${what}</p></li>`;
  });
  return {
    language,
    title,
    inLanguage: (other) => withLanguage('/', other),
    body: `<h1>${escapeHtml(title)}</h1><p class="lead">${about}</p><ul class="cards">${items.join('')}</ul>${hasMailbox ? `<h2>${language === 'fa' ? 'ایمیل‌ها' : 'E-mails'}</h2><p>${mailbox}</p><pre tabindex="0"><code>${COMMAND} mailbox</code></pre>` : ''}`,
  };
}
