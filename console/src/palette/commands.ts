import { useEffect, useRef } from 'react';
import type { Language, Texts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import type { IconName } from '#app/ui/icons.tsx';

/** One line of the palette. It is found by its names in both languages, whichever is shown. */
export interface Command {
  readonly title: Texts<string>;
  /** Other names that people may type. */
  readonly names?: string;
  readonly icon?: IconName;
  /** Left out: everybody may. */
  readonly permission?: string;
  /** An address of the console, such as `/todos?open=new`, or what is done. */
  readonly does: string | (() => void);
}

const registered = new Set<{ readonly current: readonly Command[] }>();

/** Adds lines to the palette for as long as the calling component is shown: what its page can do. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  useEffect(() => {
    registered.add(latest);
    return () => void registered.delete(latest);
  }, []);
}

export function pageCommands(): readonly Command[] {
  return [...registered].flatMap(({ current }) => current);
}

/** Case, kinds of digits and letters, half-spaces and marks make no difference. */
export function toComparable(text: string): string {
  return toPlain(text.normalize('NFKD'))
    .toLowerCase()
    .replaceAll(/\p{Mark}|\u0640|\u200c|\u200d/gu, '')
    .replaceAll(/[\s\-_/.،,؛;]+/g, ' ')
    .trim();
}

/**
 * How well what was typed fits, from 0 (not at all): each typed word must begin a word of the names, or be in one. A name
 * that begins as typed is the best.
 */
export function rank({ title, names = '' }: Pick<Command, 'title' | 'names'>, typed: string): number {
  const asked = toComparable(typed);
  if (asked === '') return 1;
  const languages: readonly Language[] = ['en', 'fa'];
  const texts = [...languages.map((language) => title[language]), names].map(toComparable);
  if (texts.some((text) => text === asked)) return 5;
  if (texts.some((text) => text.startsWith(asked))) return 4;
  const parts = asked.split(' ');
  const isBegun = (text: string) => parts.every((part) => ` ${text}`.includes(` ${part}`));
  if (texts.some(isBegun)) return 3;
  // A half-space joins words, and people leave it out or type a space: compared without any.
  const whole = texts.map((text) => text.replaceAll(' ', ''));
  if (whole.some((text) => text.includes(asked.replaceAll(' ', '')))) return 2;
  return texts.some((text) => parts.every((part) => text.includes(part))) ? 1 : 0;
}
