import type { Links } from '#kernel/links.ts';
import type { Branding } from '#platform/branding/port.ts';
import { linkPage, type Field, type LinkPage } from './link-page.ts';

const newPassword: Field = { name: 'newPassword', type: 'password', autocomplete: 'new-password' };
const common = {
  en: {
    newPassword: 'New password (12 characters or more)',
    noToken: 'Open the complete link from the message: it ends with #token=…',
    unreachable: 'The server cannot be reached. Try again.',
    tooShort: 'it is shorter than 12 characters',
    tooLong: 'it is longer than 256 characters',
    needsLower: 'it has no lower-case letter',
    needsUpper: 'it has no upper-case letter',
    needsDigit: 'it has no digit',
    needsSymbol: 'it has no symbol',
    containsName: 'it contains your name, that of your e-mail address, or your phone number',
    containsProduct: 'it contains the name of this product or server',
    common: 'it is a common password',
    usedBefore: 'it was used before',
  },
  fa: {
    newPassword: 'گذرواژهٔ جدید (۱۲ کاراکتر یا بیشتر)',
    noToken: 'پیوندِ پیام را کامل باز کنید؛ انتهای آن ‎#token=…‎ است.',
    unreachable: 'سرور در دسترس نیست. دوباره تلاش کنید.',
    tooShort: 'کوتاه‌تر از ۱۲ کاراکتر است',
    tooLong: 'بلندتر از ۲۵۶ کاراکتر است',
    needsLower: 'حرف کوچک ندارد',
    needsUpper: 'حرف بزرگ ندارد',
    needsDigit: 'رقم ندارد',
    needsSymbol: 'نماد ندارد',
    containsName: 'نام، بخش اول ایمیل یا شمارهٔ تلفنتان در آن است',
    containsProduct: 'نام این محصول یا سرور در آن است',
    common: 'گذرواژه‌ای رایج است',
    usedBefore: 'قبلاً استفاده شده است',
  },
};

const setup: LinkPage = {
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
      title: 'Set up {app}',
      about: 'There is no administrator yet. The account that you create here becomes the first one.',
      email: 'E-mail',
      firstName: 'First name',
      lastName: 'Last name',
      password: 'Password (12 characters or more)',
      submit: 'Create the administrator',
      done: 'Done. You can sign in now.',
      closed: 'There is an administrator already. This page is no longer needed.',
      noToken: 'Open the complete link that the server printed: it ends with #token=…',
    },
    fa: {
      ...common.fa,
      title: 'راه‌اندازی {app}',
      about: 'هنوز مدیری وجود ندارد. حسابی که اینجا می‌سازید اولین مدیر می‌شود.',
      email: 'ایمیل',
      firstName: 'نام',
      lastName: 'نام خانوادگی',
      password: 'گذرواژه (۱۲ کاراکتر یا بیشتر)',
      submit: 'ساختن حساب مدیر',
      done: 'انجام شد. حالا می‌توانید وارد شوید.',
      closed: 'مدیر از قبل وجود دارد؛ این صفحه دیگر لازم نیست.',
      noToken: 'پیوندی را که سرور چاپ کرده است کامل باز کنید؛ انتهای آن ‎#token=…‎ است.',
    },
  },
};

const verify: LinkPage = {
  endpoint: '/api/v1/users/verify-email/link',
  decline: '/api/v1/users/verify-email/decline',
  fields: [newPassword],
  texts: {
    en: {
      ...common.en,
      title: 'Confirm your address',
      about: 'Choose the password of your account. A password that was given at registration no longer works.',
      submit: 'Confirm the address',
      decline: 'It was not me',
      declined: 'The registration has ended. Nobody can sign in with your address.',
      done: 'The address is confirmed. You can sign in now.',
    },
    fa: {
      ...common.fa,
      title: 'تأیید نشانی',
      about: 'گذرواژهٔ حساب خود را تعیین کنید. گذرواژه‌ای که هنگام ثبت‌نام داده شده دیگر کار نمی‌کند.',
      submit: 'تأیید',
      decline: 'من نبودم',
      declined: 'ثبت‌نام لغو شد. کسی نمی‌تواند با نشانی شما وارد شود.',
      done: 'نشانی شما تأیید شد. حالا می‌توانید وارد شوید.',
    },
  },
};

const resetPassword: LinkPage = {
  endpoint: '/api/v1/users/reset-password/link',
  fields: [newPassword],
  texts: {
    en: {
      ...common.en,
      title: 'Set a new password',
      about: 'All devices that are signed in will be signed out.',
      submit: 'Set the password',
      done: 'The password is set. You can sign in with it now.',
    },
    fa: {
      ...common.fa,
      title: 'تعیین گذرواژهٔ جدید',
      about: 'همهٔ دستگاه‌ها از حساب خارج می‌شوند.',
      submit: 'تعیین گذرواژه',
      done: 'گذرواژه تعیین شد. حالا می‌توانید با آن وارد شوید.',
    },
  },
};

const acceptInvitation: LinkPage = {
  endpoint: '/api/v1/users/accept-invitation',
  fields: [newPassword],
  texts: {
    en: {
      ...common.en,
      title: 'Welcome to {app}',
      about: 'Your account is ready. Choose a password.',
      submit: 'Set the password',
      done: 'Done. You can sign in now.',
    },
    fa: {
      ...common.fa,
      title: 'به {app} خوش آمدید',
      about: 'حساب شما آماده است. یک گذرواژه انتخاب کنید.',
      submit: 'تعیین گذرواژه',
      done: 'انجام شد. حالا می‌توانید وارد شوید.',
    },
  },
};

const signIn: LinkPage = {
  endpoint: '/api/v1/users/login/link',
  cookies: true,
  fields: [],
  texts: {
    en: {
      ...common.en,
      title: 'Sign in to {app}',
      about: 'Go on only if you have just asked to sign in.',
      submit: 'Sign in',
      done: 'You are signed in.',
      openedElsewhere: 'Type this code in the browser in which you asked to sign in: {code}',
      otherBrowser: 'Open this link in the browser in which you asked to sign in.',
      needsSecondFactor:
        'Your account has a second factor, which this page cannot ask for. Ask for a new code, and type it where you sign in.',
    },
    fa: {
      ...common.fa,
      title: 'ورود به {app}',
      about: 'فقط اگر همین حالا درخواست ورود داده‌اید ادامه دهید.',
      submit: 'ورود',
      done: 'وارد شدید.',
      openedElsewhere: 'این کد را در مرورگری وارد کنید که در آن درخواست ورود داده‌اید: {code}',
      otherBrowser: 'این پیوند را در مرورگری باز کنید که در آن درخواست ورود داده‌اید.',
      needsSecondFactor:
        'حساب شما عامل دوم دارد و این صفحه نمی‌تواند آن را بپرسد. کد جدیدی بخواهید و آن را در همان‌جایی که وارد می‌شوید وارد کنید.',
    },
  },
};

const pages = {
  '/console/sign-in': signIn,
  '/setup': setup,
  '/console/verify': verify,
  '/console/reset-password': resetPassword,
  '/console/accept-invitation': acceptInvitation,
};

/** The HTML of each page, by path. */
export function createLinkPages(links: Pick<Links, 'path'>, branding: Branding): Record<string, string> {
  return Object.fromEntries(Object.entries(pages).map(([path, page]) => [path, linkPage(page, links, branding)]));
}
