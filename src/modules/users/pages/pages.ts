import type { Routes } from '#platform/module.ts';
import { LINK_PAGE_POLICY, linkPage, type Field } from './link-page.ts';

const newPassword: Field = { name: 'newPassword', type: 'password', autocomplete: 'new-password' };
const common = {
  en: {
    newPassword: 'New password (12 characters or more)',
    noToken: 'Open the whole link of the message: it ends in #token=…',
    unreachable: 'The server cannot be reached. Try again.',
    tooShort: 'it is shorter than 12 characters',
    tooLong: 'it is longer than 256 characters',
    needsLower: 'it has no small letter',
    needsUpper: 'it has no capital letter',
    needsDigit: 'it has no digit',
    needsSymbol: 'it has no symbol',
    containsName: 'it contains the name of your e-mail address',
    common: 'many people use it',
    usedBefore: 'it was used before',
  },
  fa: {
    newPassword: 'گذرواژهٔ تازه (۱۲ نویسه یا بیشتر)',
    noToken: 'همهٔ پیوندی را که در پیام آمده است باز کنید؛ پایان آن ‎#token=…‎ است.',
    unreachable: 'سرور در دسترس نیست. دوباره بکوشید.',
    tooShort: 'کوتاه‌تر از ۱۲ نویسه است',
    tooLong: 'بلندتر از ۲۵۶ نویسه است',
    needsLower: 'حرف کوچک ندارد',
    needsUpper: 'حرف بزرگ ندارد',
    needsDigit: 'رقم ندارد',
    needsSymbol: 'نشانه ندارد',
    containsName: 'نام نشانی ایمیل شما در آن است',
    common: 'بسیاری از مردم از آن استفاده می‌کنند',
    usedBefore: 'پیش‌تر به کار رفته است',
  },
};

const setup = linkPage({
  endpoint: '/api/v1/setup',
  probe: true,
  fields: [
    { name: 'email', type: 'email', autocomplete: 'username' },
    { name: 'firstName', type: 'text', autocomplete: 'given-name' },
    { name: 'lastName', type: 'text', autocomplete: 'family-name' },
    { name: 'password', type: 'password', autocomplete: 'new-password' },
  ],
  texts: {
    en: {
      ...common.en,
      title: 'Set up Bonyan',
      about: 'There is no administrator yet. Whoever fills in this form becomes the first.',
      email: 'E-mail',
      firstName: 'First name',
      lastName: 'Last name',
      password: 'Password (12 characters or more)',
      submit: 'Create the administrator',
      done: 'Done. You can sign in now.',
      closed: 'There is an administrator already; this page has done its duty.',
      noToken: 'Open the whole link that the server has printed: it ends in #token=…',
    },
    fa: {
      ...common.fa,
      title: 'راه‌اندازی بنیان',
      about: 'هنوز مدیری نیست. هر کس این فرم را پر کند، نخستین مدیر می‌شود.',
      email: 'ایمیل',
      firstName: 'نام',
      lastName: 'نام خانوادگی',
      password: 'گذرواژه (۱۲ نویسه یا بیشتر)',
      submit: 'ساختن حساب مدیر',
      done: 'انجام شد. اکنون می‌توانید وارد شوید.',
      closed: 'مدیری از پیش هست؛ کار این صفحه به پایان رسیده است.',
      noToken: 'همهٔ پیوندی را که سرور چاپ کرده است باز کنید؛ پایان آن ‎#token=…‎ است.',
    },
  },
});

const verify = linkPage({
  endpoint: '/api/v1/users/verify-email/link',
  fields: [], // a click of one's own: programs that look at mail open links, too
  texts: {
    en: {
      ...common.en,
      title: 'Confirm your e-mail address',
      about: 'One click, and the address is confirmed.',
      submit: 'Confirm the address',
      done: 'The address is confirmed. You can sign in now.',
    },
    fa: {
      ...common.fa,
      title: 'تأیید نشانی ایمیل',
      about: 'با یک کلیک نشانی شما تأیید می‌شود.',
      submit: 'تأیید نشانی',
      done: 'نشانی تأیید شد. اکنون می‌توانید وارد شوید.',
    },
  },
});

const resetPassword = linkPage({
  endpoint: '/api/v1/users/reset-password/link',
  fields: [newPassword],
  texts: {
    en: {
      ...common.en,
      title: 'Set a new password',
      about: 'Every device that is signed in will be signed out.',
      submit: 'Set the password',
      done: 'The password is set. You can sign in with it now.',
    },
    fa: {
      ...common.fa,
      title: 'گذاشتن گذرواژهٔ تازه',
      about: 'همهٔ دستگاه‌هایی که وارد شده‌اند از حساب خارج می‌شوند.',
      submit: 'گذاشتن گذرواژه',
      done: 'گذرواژه گذاشته شد. اکنون می‌توانید با آن وارد شوید.',
    },
  },
});

const acceptInvitation = linkPage({
  endpoint: '/api/v1/users/accept-invitation',
  fields: [newPassword],
  texts: {
    en: {
      ...common.en,
      title: 'Welcome',
      about: 'Your account is ready. Choose a password of your own.',
      submit: 'Set the password',
      done: 'Done. You can sign in now.',
    },
    fa: {
      ...common.fa,
      title: 'خوش آمدید',
      about: 'حساب شما آماده است. گذرواژه‌ای از آن خود برگزینید.',
      submit: 'گذاشتن گذرواژه',
      done: 'انجام شد. اکنون می‌توانید وارد شوید.',
    },
  },
});

const PAGES = {
  '/setup': setup,
  '/console/verify': verify,
  '/console/reset-password': resetPassword,
  '/console/accept-invitation': acceptInvitation,
};

/** Where links lead: of the first run, and of mails. The token is in the fragment, which only the form sends. */
export const linkPages: Routes = async (http) => {
  for (const [path, page] of Object.entries(PAGES))
    http.get(path, { config: { access: 'public' }, schema: { hide: true } }, (_, reply) =>
      reply.header('content-security-policy', LINK_PAGE_POLICY).type('text/html; charset=utf-8').send(page),
    );
};
