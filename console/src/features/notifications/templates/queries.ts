import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ifMatch, take, type NewTemplate, type Template } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import type { Channel } from '../kinds.ts';

export const PATH = '/api/v1/notification-templates';
const CHANGES = '/api/v1/notifications/templates';
/** All that is read of templates. */
export const TEMPLATES = ['notifications', 'templates'] as const;

export interface TemplatesQuery {
  readonly pageSize: number;
  readonly cursor?: string | undefined;
  readonly channel?: Channel | undefined;
  readonly language?: string | undefined;
  readonly name?: string | undefined;
}

export function templatesQuery(asked: TemplatesQuery) {
  const query = given(asked);
  return queryOptions({
    queryKey: [...TEMPLATES, 'list', query],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function templateQuery(templateId: string) {
  return queryOptions({
    queryKey: [...TEMPLATES, 'one', templateId],
    queryFn: ({ signal }) => take(client.api.GET(`${PATH}/{templateId}`, { params: { path: { templateId } }, signal })),
  });
}

/** What readers get, with these values: of the stored revision, or of a draft that is not saved. */
export function previewQuery(
  { id, revision }: Template,
  { variables, draft }: { readonly variables: Record<string, unknown>; readonly draft: Texts | null },
) {
  return queryOptions({
    queryKey: [...TEMPLATES, 'preview', id, revision, variables, draft],
    queryFn: ({ signal }) =>
      take(
        client.api.POST(`${PATH}/{templateId}/preview`, {
          params: { path: { templateId: id } },
          body: { variables, ...given({ draft: draft ?? undefined }) },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}

export function createTemplate(body: NewTemplate) {
  return take(client.api.POST(CHANGES, { body }));
}

export interface Texts {
  readonly subjectTemplate: string;
  readonly bodyTemplate: string;
  readonly allowsLogic: boolean;
}

/** The next revision of what was read as `base`. @throws `ApiError` 412 if somebody else has changed it since */
export function reviseTemplate(base: Template, body: Texts) {
  const params = { path: { templateId: base.id }, header: ifMatch(base) };
  return take(client.api.PUT(`${CHANGES}/{templateId}`, { params, body }));
}

/** Of a template of the program: takes back what was edited. @throws as `reviseTemplate` */
export function deleteTemplate(base: Template) {
  const params = { path: { templateId: base.id }, header: ifMatch(base) };
  return take(client.api.DELETE(`${PATH}/{templateId}`, { params }));
}
