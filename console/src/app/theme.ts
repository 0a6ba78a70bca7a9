import { useSyncExternalStore } from 'react';
import { keepChoice } from './choices.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const listeners = new Set<() => void>();

/** The theme, a function that goes to the next one, and one that goes to any. */
export function useTheme(): [Theme, () => void, (theme: Theme) => void] {
  const theme = useSyncExternalStore(
    (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
    () => document.documentElement.dataset['theme'] as Theme,
  );
  return [theme, () => setTheme(themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system'), setTheme];
}

function setTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  keepChoice('theme', theme);
  for (const listener of listeners) listener();
}
