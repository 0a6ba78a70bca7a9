import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useMe } from '#app/server/session.tsx';
import { keepChoice, readChoice } from '../choices.ts';
import { own, pages } from '../pages.ts';

/** The letter of the key, also on a keyboard that types Persian letters there. */
export function letterOf({ key, code }: KeyboardEvent): string {
  if (key === '؟') return '?';
  const isOther = code.startsWith('Key') && !/^[a-z]$/i.test(key);
  return isOther ? code.slice('Key'.length).toLowerCase() : key;
}

/** Whether single keys mean something now: not while typing, nor in a dialog, nor with a modifier. */
export function isFreeKey(event: KeyboardEvent): boolean {
  const { target, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey || document.documentElement.dataset['keys'] === 'off') return false;
  return !(target instanceof HTMLElement && target.closest('input, textarea, select, [role=dialog], [role=menu]'));
}

const listeners = new Set<() => void>();

/** Whether single keys are on, and a function that switches them. */
export function useKeySwitch(): [boolean, () => void] {
  const isOn = useSyncExternalStore(
    (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
    () => readChoice('keys') !== 'off',
  );
  const toggle = () => {
    keepChoice('keys', isOn ? 'off' : 'on');
    for (const listener of listeners) listener();
  };
  return [isOn, toggle];
}

/** `?`, `/`, and `g` with the letter of a page. Returns whether they are on, and a function that switches them. */
export function useGlobalKeys(onHelp: () => void): [boolean, () => void] {
  const navigate = useNavigate();
  const { can } = useMe();
  const [isOn, toggle] = useKeySwitch();
  const isAfterG = useRef(false);

  useEffect(() => {
    document.documentElement.dataset['keys'] = isOn ? 'on' : 'off';
  }, [isOn]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isFreeKey(event)) return;
      const key = letterOf(event);
      const allowed = [...own, ...pages.filter(({ permission }) => can(permission))];
      const page = isAfterG.current ? allowed.find((one) => one.key === key) : undefined;
      if (page) void navigate({ to: page.path });
      isAfterG.current = key === 'g';
      if (key === '?') onHelp();
      if (key !== '/') return;
      event.preventDefault();
      document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  return [isOn, toggle];
}
