import { useEffect, useState } from 'react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ApiError, take } from '#client';
import { pages } from '#app/app/pages.ts';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { toPlain } from '#app/text/typed.ts';
import type { IconName } from '#app/ui/icons.tsx';
import { toComparable } from './commands.ts';

/** A thing that was found at the server, and the address that opens it. */
export interface Found {
  readonly kind: Kind;
  readonly id: string;
  readonly icon: IconName;
  readonly title: string;
  readonly detail: string;
  readonly to: string;
}

export type Kind = 'user' | 'incident' | 'job' | 'file' | 'trace';

const RESTS_MS = 200;
const MIN_LENGTH = 2;
const EACH = 5;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const TRACE = /^[\da-f]{32}$/i;

/** What is asked for, and who may ask for it. */
interface Source {
  readonly kind: Kind;
  /** Of the page that opens it. */
  readonly path: string;
  readonly permission: string;
  readonly find: (typed: string, signal: AbortSignal) => Promise<Found[]>;
}

const sources: readonly Source[] = [
  { kind: 'user', path: '/users', permission: 'users.access', find: findUsers },
  { kind: 'incident', path: '/incidents', permission: 'logging.alerts.manage', find: findIncidents },
  { kind: 'job', path: '/scheduler', permission: 'scheduler.read', find: findJobs },
  { kind: 'file', path: '/files', permission: 'files.read', find: findFiles },
  { kind: 'trace', path: '/logs', permission: 'logging.events.read', find: findTrace },
];

/** What the server finds for the typed text, as soon as the typing rests; of the pages that the user may open. */
export function useFound(typed: string): { readonly found: readonly Found[]; readonly isFinding: boolean } {
  const { can } = useMe();
  const asked = useRested(toPlain(typed).trim());
  const paths = new Set<string>(pages.map(({ path }) => path));
  const own = sources.filter(({ path, permission }) => can(permission) && paths.has(path));
  const isLong = asked.length >= MIN_LENGTH;
  const { data, isFetching } = useQuery({
    queryKey: ['palette', asked],
    async queryFn({ signal }) {
      const answers = await Promise.allSettled(own.map(({ find }) => find(asked, signal)));
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    },
    enabled: isLong,
    placeholderData: keepPreviousData,
  });
  return { found: isLong ? (data ?? []) : [], isFinding: isFetching };
}

function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), RESTS_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

async function findUsers(typed: string, signal: AbortSignal): Promise<Found[]> {
  const query = { search: typed, pageSize: EACH };
  const users = UUID.test(typed)
    ? await ifThere(client.api.GET('/api/v1/users/{userId}', { params: { path: { userId: typed } }, signal }))
    : (await take(client.api.GET('/api/v1/users', { params: { query }, signal }))).items;
  return users.map(({ id, firstName, lastName, email, phone }) => ({
    kind: 'user',
    id,
    icon: 'users',
    title: `${firstName} ${lastName}`,
    detail: email ?? phone ?? '',
    to: `/users?open=${id}`,
  }));
}

/** The API has no search of incidents: the newest hundred are compared here. */
async function findIncidents(typed: string, signal: AbortSignal): Promise<Found[]> {
  const list = '/api/v1/logging/alerts/incidents';
  const incidents = UUID.test(typed)
    ? await ifThere(client.api.GET(`${list}/{id}`, { params: { path: { id: typed } }, signal }))
    : (await take(client.api.GET(list, { params: { query: { pageSize: 100 } }, signal }))).items.filter(
        ({ title, service }) => toComparable(`${title} ${service}`).includes(toComparable(typed)),
      );
  return incidents.slice(0, EACH).map(({ id, title, service }) => ({
    kind: 'incident',
    id,
    icon: 'incident',
    title,
    detail: service ?? '',
    to: `/incidents?open=${id}`,
  }));
}

async function findJobs(typed: string, signal: AbortSignal): Promise<Found[]> {
  const list = '/api/v1/scheduler/jobs';
  const query = { search: typed, pageSize: EACH };
  const jobs = UUID.test(typed)
    ? await ifThere(client.api.GET(`${list}/{jobId}`, { params: { path: { jobId: typed } }, signal }))
    : (await take(client.api.GET(list, { params: { query }, signal }))).items;
  return jobs.map(({ id, name, type }) => ({
    kind: 'job',
    id,
    icon: 'work',
    title: name,
    detail: type,
    to: `/scheduler?open=${id}`,
  }));
}

async function findFiles(typed: string, signal: AbortSignal): Promise<Found[]> {
  const query = { text: typed, pageSize: EACH };
  const files = UUID.test(typed)
    ? await ifThere(client.api.GET('/api/v1/files/{fileId}', { params: { path: { fileId: typed } }, signal }))
    : (await take(client.api.GET('/api/v1/files/search', { params: { query }, signal }))).items;
  return files.map(({ id, fileName, contentType }) => ({
    kind: 'file',
    id,
    icon: 'file',
    title: fileName,
    detail: contentType,
    to: `/files?open=${id}`,
  }));
}

/** A trace is not looked up: its log lines are what is known of it. */
async function findTrace(typed: string): Promise<Found[]> {
  if (!TRACE.test(typed)) return [];
  const id = typed.toLowerCase();
  return [{ kind: 'trace', id, icon: 'trace', title: id, detail: '', to: `/logs?query=trace:${id}&range=7d` }];
}

/** The one with this id, if there is one that the user may see. */
async function ifThere<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T[]> {
  try {
    return [await take(answer)];
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return [];
    throw error;
  }
}
