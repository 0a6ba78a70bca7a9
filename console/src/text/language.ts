import { useSyncExternalStore } from 'react';
import type { Language } from './languages.ts';
import { keepChoice } from '#app/app/choices.ts';

/** Words of a feature, in both languages. */
export type Texts<T> = Readonly<Record<Language, T>>;

export type { Language };

const listeners = new Set<() => void>();

export function currentLanguage(): Language {
  return document.documentElement.lang === 'fa' ? 'fa' : 'en';
}

export function useLanguage(): Language {
  return useSyncExternalStore(
    (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
    currentLanguage,
  );
}

export function useTexts<T>(texts: Texts<T>): T {
  return texts[useLanguage()];
}

export function setLanguage(language: Language): void {
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
  keepChoice('language', language);
  for (const listener of listeners) listener();
}

export function directionOf(language: string): 'ltr' | 'rtl' {
  return /^(fa|ar|he|ur|ckb)\b/i.test(language) ? 'rtl' : 'ltr';
}
