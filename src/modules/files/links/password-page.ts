import type { Language } from '#kernel/language.ts';
import type { WebPage } from '#platform/pages/port.ts';

const words = {
  en: {
    title: 'This file has a password',
    about: 'Ask the person who shared the file with you for it. The download begins when the password is right.',
    password: 'Password',
    wrong: 'This is not the password of the link.',
    submit: 'Download the file',
  },
  fa: {
    title: 'این فایل گذرواژه دارد',
    about: 'گذرواژه را از کسی بگیرید که فایل را برایتان فرستاده است. اگر درست باشد، دانلود شروع می‌شود.',
    password: 'گذرواژه',
    wrong: 'گذرواژهٔ این پیوند چیز دیگری است.',
    submit: 'دانلود فایل',
  },
} satisfies Record<Language, Record<string, string>>;

/** Asks for the password of a link. The form sends it in its body, to the address of the page: it is in no address and no history. */
export function linkPasswordPage(language: Language, isWrong: boolean): WebPage {
  const { title, about, password, wrong, submit } = words[language];
  const attributes = isWrong ? ' aria-invalid="true" aria-describedby="wrong"' : '';
  return {
    language,
    title,
    body: `<h1>${title}</h1><p class="lead">${about}</p>
<form method="post"><p><label for="password">${password}</label></p>
${isWrong ? `<p id="wrong" role="alert" class="status fault">${wrong}</p>` : ''}
<div class="bar"><input id="password" name="password" type="password" dir="ltr" required autofocus autocomplete="off" maxlength="200"${attributes}>
<button>${submit}</button></div></form>`,
    inLanguage: (other) => `?lang=${other}`,
  };
}
