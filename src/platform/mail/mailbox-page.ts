import type { Language } from '#kernel/language.ts';
import { escapeHtml, type WebPage } from '#platform/pages/port.ts';
import type { CapturedMail } from './captured.ts';

const words = {
  en: {
    title: 'Captured e-mails',
    about: 'Development without a mail server: nothing is sent; the newest mails are kept here.',
    none: 'No e-mail yet',
    noneAbout: 'Register an account, or send a message: what would be sent appears here.',
    noneTo: 'No e-mail to this address.',
    filter: 'Only to this address',
    find: 'Show',
    refresh: 'Refresh',
    empty: 'Delete all e-mails',
    failed: 'They could not be deleted. Try again.',
    list: 'E-mails, newest first',
    to: 'To',
    at: 'Received',
    gone: 'This e-mail is no longer here',
    unreadable: 'Cannot be opened',
    unreadableAbout: 'It was sealed under another BONYAN_SECRET.',
    html: 'As HTML',
    text: 'As text',
  },
  fa: {
    title: 'صندوق آزمایشی',
    about: 'محیط توسعه بدون سرور ایمیل: هیچ ایمیلی فرستاده نمی‌شود و جدیدترین ایمیل‌ها اینجا می‌مانند.',
    none: 'هنوز ایمیلی نیست',
    noneAbout: 'یک حساب بسازید یا پیامی بفرستید؛ هرچه قرار بود فرستاده شود اینجا دیده می‌شود.',
    noneTo: 'ایمیلی به این نشانی نیست.',
    filter: 'فقط به این نشانی',
    find: 'نمایش',
    refresh: 'تازه‌سازی',
    empty: 'حذف همهٔ ایمیل‌ها',
    failed: 'حذف نشدند. دوباره تلاش کنید.',
    list: 'ایمیل‌ها، جدیدترین اول',
    to: 'گیرنده',
    at: 'زمان دریافت',
    gone: 'این ایمیل دیگر اینجا نیست',
    unreadable: 'باز نمی‌شود',
    unreadableAbout: 'با BONYAN_SECRET دیگری رمز شده است.',
    html: 'نسخهٔ HTML',
    text: 'نسخهٔ متنی',
  },
} satisfies Record<Language, unknown>;

/**
 * Runs in the page. A link cannot delete, so that nothing deletes by following links. The form has the address, with the
 * path of the installation.
 */
const SCRIPT = `
const { action, elements } = document.querySelector('form');
document.querySelector('#empty')?.addEventListener('click', async () => {
  const headers = { 'X-Mailbox-Key': elements.key.value };
  const answer = await fetch(action, { method: 'DELETE', headers }).catch(() => null);
  if (answer?.ok) location.reload();
  else document.querySelector('#failed').hidden = false;
});
`;

export interface MailboxView {
  readonly mails: readonly CapturedMail[];
  /** The mail that is open; null: the newest. Undefined: the one that was asked for is gone. */
  readonly open: CapturedMail | null | undefined;
  readonly to: string | null;
  /** Part of every link. */
  readonly key: string;
  readonly language: Language;
}

/** The list of mails and the one that is open, whose HTML is in a frame of its own. */
export function mailboxPage(view: MailboxView): WebPage {
  const { mails, to, language } = view;
  const say = words[language];
  const open = view.open === null ? mails[0] : view.open;
  const items = mails.map((mail) => toItem(mail, mail.id === open?.id, view));
  const empty = `<div class="empty"><h2>${say.none}</h2><p>${to === null ? say.noneAbout : say.noneTo}</p></div>`;
  return {
    language,
    title: say.title,
    script: SCRIPT,
    hasFrames: true,
    inLanguage: (other) => linkTo({ ...view, language: other }, view.open?.id ?? null),
    body: `<h1>${say.title}</h1><p class="lead">${say.about}</p>
<div class="bar"><form action="/dev/mailbox"><input name="to" type="email" dir="auto" value="${escapeHtml(to ?? '')}" aria-label="${say.filter}" placeholder="${say.filter}"><input type="hidden" name="key" value="${escapeHtml(view.key)}"><input type="hidden" name="lang" value="${language}"><button>${say.find}</button></form>
<a href="${escapeHtml(linkTo(view, null))}">${say.refresh}</a><button type="button" id="empty">${say.empty}</button></div>
<p id="failed" role="alert" hidden>${say.failed}</p>
${mails.length > 0 || open ? `<div class="split"><nav aria-label="${say.list}"><ul class="list tall">${items.join('')}</ul></nav><section aria-labelledby="subject">${open ? toView(open, view) : `<h2 id="subject">${say.gone}</h2>`}</section></div>` : empty}`,
  };
}

function toItem(mail: CapturedMail, isOpen: boolean, view: MailboxView): string {
  const say = words[view.language];
  const title = mail.isReadable ? escapeHtml(mail.subject) : say.unreadable;
  return `<li><a href="${escapeHtml(linkTo(view, mail.id))}"${isOpen ? ' aria-current="true"' : ''}><strong><bdi>${title}</bdi></strong><span class="meta"><bdi>${escapeHtml(mail.to)}</bdi> ${toTime(mail, view.language)}</span></a></li>`;
}

function toView(mail: CapturedMail, { key, language }: MailboxView): string {
  const say = words[language];
  if (!mail.isReadable) return `<h2 id="subject">${say.unreadable}</h2><p>${say.unreadableAbout}</p>`;
  const frame = `/dev/mailbox/html?${new URLSearchParams({ key, id: mail.id }).toString()}`;
  const sandbox = 'allow-popups allow-popups-to-escape-sandbox'; // a link opens a tab; nothing else
  return `<h2 id="subject"><bdi>${escapeHtml(mail.subject)}</bdi></h2>
<dl class="facts"><dt>${say.to}</dt><dd><bdi>${escapeHtml(mail.to)}</bdi></dd><dt>${say.at}</dt><dd>${toTime(mail, language)}</dd></dl>
${mail.html === null ? '' : `<h3>${say.html}</h3><iframe sandbox="${sandbox}" src="${escapeHtml(frame)}" title="${say.html}"></iframe>`}
<h3>${say.text}</h3><pre class="text" dir="auto" tabindex="0">${withLinks(mail.text)}</pre>`;
}

function linkTo({ key, to, language }: MailboxView, id: string | null): string {
  const parts = { lang: language, ...(to !== null && { to }), ...(id !== null && { id }), key };
  return `/dev/mailbox?${new URLSearchParams(parts).toString()}`;
}

function toTime({ receivedAt }: CapturedMail, language: Language): string {
  const locale = language === 'fa' ? 'fa-IR-u-ca-persian' : 'en-GB';
  const text = new Date(receivedAt).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'long' });
  return `<time datetime="${receivedAt}">${text}</time>`;
}

/** Only addresses of the web become links. */
function withLinks(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"']+)/)
    .map((part, at) => {
      const shown = escapeHtml(part);
      return at % 2 === 1 ? `<a href="${shown}" target="_blank" rel="noopener noreferrer">${shown}</a>` : shown;
    })
    .join('');
}

/** A mail may contain anything: it gets an origin of its own, runs nothing and loads nothing. Its links open a tab. */
export const MAIL_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/**
 * The HTML of a mail, as a document of its own. Links that prepare a connection are covered by no policy, so they are
 * left out. A space remains: what stood around them must not become another tag.
 */
export function toMailDocument(html: string): string {
  return `<!doctype html><meta charset="utf-8"><base target="_blank">${html.replaceAll(/<(?:link|base|meta)\b[^>]*>?/gi, ' ')}`;
}
