import { useState } from 'react';
import { settings } from '#app/app/settings.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Code } from '#app/ui/code.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { words } from '#app/ui/words.ts';

/** A call of the API: a path of `openapi.json`, with the values in it, and the query. */
export interface ApiCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

/** Shows how a program asks for what the page shows. */
export function AsCall({ call }: { readonly call: ApiCall }) {
  const say = useTexts(words);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button isSquare look="quiet" aria-label={say.asCall} title={say.asCall} onClick={() => setOpen(true)}>
        <Icon name="code" />
      </Button>
      {isOpen && (
        <Drawer title={say.asCall} onClose={() => setOpen(false)}>
          <div className="grid gap-4 p-5">
            <Code name="curl" text={toCurl(call)} />
            <Code name="@bonyan/client" text={toClientCode(call)} />
          </div>
        </Drawer>
      )}
    </>
  );
}

export function pathOf({ path, params = {} }: ApiCall): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** Without `?`. */
export function searchOf({ query = {} }: ApiCall): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return new URLSearchParams(given).toString();
}

function toCurl(call: ApiCall): string {
  const { method = 'GET', body } = call;
  const search = searchOf(call);
  const url = `${location.origin}${settings.prefix}${pathOf(call)}${search === '' ? '' : `?${search}`}`;
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}'${url.replaceAll("'", '%27')}'`,
    `-H "Authorization: Bearer $BONYAN_TOKEN"`,
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(body).replaceAll("'", String.raw`'\''`)}'`]),
  ].join(' \\\n  ');
}

function toClientCode({ method = 'GET', path, params, query, body }: ApiCall): string {
  const options = {
    ...((params ?? query) && { params: { ...(params && { path: params }), ...(query && { query }) } }),
    ...(body !== undefined && { body }),
  };
  const second = Object.keys(options).length === 0 ? '' : `, ${JSON.stringify(options, null, 2)}`;
  return [
    `import { createClient, take } from '@bonyan/client';`,
    '',
    `const { api } = createClient({`,
    `  baseUrl: '${location.origin}${settings.prefix}',`,
    `  token: () => process.env.BONYAN_TOKEN ?? null,`,
    `});`,
    `const answer = await take(api.${method}('${path}'${second}));`,
  ].join('\n');
}
