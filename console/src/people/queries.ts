import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { take, type User } from '#client';
import { client } from '#app/server/client.ts';
import { toPlain } from '#app/text/typed.ts';

const PATH = '/api/v1/users';
const FOUND_SIZE = 8;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** Who lacks it cannot look people up. */
export const MAY_FIND = 'users.access';

export type Person = Pick<User, 'id' | 'firstName' | 'lastName' | 'email' | 'phone'>;

export function isUserId(text: string): boolean {
  return UUID.test(text);
}

export function personName({ firstName, lastName }: Pick<Person, 'firstName' | 'lastName'>): string {
  return `${firstName} ${lastName}`;
}

/** What is searched for: numbers are stored with the code of their country, and typed without it. */
export function toSearch(typed: string): string {
  const text = toPlain(typed).trim();
  const digits = text.replaceAll(/[\s()-]/g, '');
  return /^0\d{3,}$/.test(digits) ? digits.replace(/^0+/, '') : text;
}

/** The first people whose name, e-mail address or phone number has this text. */
export function peopleQuery(text: string) {
  const query = { search: text, pageSize: FOUND_SIZE };
  return queryOptions({
    queryKey: ['people', 'found', text],
    queryFn: async ({ signal }): Promise<readonly Person[]> =>
      (await take(client.api.GET(PATH, { params: { query }, signal }))).items,
    placeholderData: keepPreviousData,
  });
}

export function personQuery(userId: string) {
  return queryOptions({
    queryKey: ['people', 'one', userId],
    queryFn: ({ signal }): Promise<Person> =>
      take(client.api.GET(`${PATH}/{userId}`, { params: { path: { userId } }, signal })),
    staleTime: 300_000, // a name changes seldom
  });
}
