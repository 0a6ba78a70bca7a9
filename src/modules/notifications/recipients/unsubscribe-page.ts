import type { Language } from '#kernel/language.ts';
import type { Branding } from '#platform/branding/port.ts';
import { escapeHtml } from '../templates/layout.ts';

/** Allows inline styles and one form, and nothing else. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const words = {
  en: {
    question: ['Unsubscribe', 'Do you want to stop messages of this kind by e-mail?', 'Unsubscribe'],
    done: ['You are unsubscribed', 'No more messages of this kind will be sent to you by e-mail.', ''],
  },
  fa: {
    question: ['لغو اشتراک', 'آیا می‌خواهید دیگر این نوع پیام‌ها را با ایمیل دریافت نکنید؟', 'لغو اشتراک'],
    done: ['اشتراک شما لغو شد', 'از این پس این نوع پیام‌ها با ایمیل برای شما فرستاده نمی‌شود.', ''],
  },
} satisfies Record<Language, Record<'question' | 'done', readonly string[]>>;

/** The page behind the link. Opening it changes nothing; its form posts to the same URL. */
export function unsubscribePage(
  language: Language,
  state: 'question' | 'done',
  { names, colors }: Pick<Branding, 'names' | 'colors'>,
): string {
  const name = escapeHtml(names[language]);
  const [heading, sentence, action] = words[language][state];
  const button = action ? `<form method="post"><button>${action}</button></form>` : '';
  return `<!doctype html><html lang="${language}" dir="${language === 'fa' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${heading} · ${name}</title>
<style>body{margin:0;background:#f1eee6;font:16px/1.7 Vazirmatn,"Segoe UI",Tahoma,sans-serif;color:#16242d}main{max-width:26rem;margin:15vh auto;padding:2rem;background:#fdfcf9;border:1px solid #e5e0d4;border-top:4px solid ${colors.accent};border-radius:12px}h1{margin:0 0 .5rem;font-size:1.3rem}button{margin-top:.5rem;padding:.6rem 1.4rem;border:0;border-radius:8px;background:${colors.accent};color:${colors.onAccent};font:inherit;font-weight:600;cursor:pointer}</style></head>
<body><main><p><b>${name}</b></p><h1>${heading}</h1><p>${sentence}</p>${button}</main></body></html>`;
}
