import type { SignInProviderConfig } from '#platform/config/sign-in-providers.ts';
import type { Component } from '#platform/health/port.ts';
import type { Policy } from '#platform/resilience/port.ts';
import { defaultPolicy, supervise } from '#platform/resilience/supervise.ts';
import { createGithubProvider } from './github.ts';
import { createMetaProvider } from './meta.ts';
import { createOidcProvider } from './oidc.ts';
import type { NamedProvider } from './port.ts';

const policy: Policy = { ...defaultPolicy, timeoutMs: 12_000, attempts: 2 }; // a browser waits for the answer
const create = { oidc: createOidcProvider, github: createGithubProvider, meta: createMetaProvider };
const MANY_TENANTS = /^https:\/\/login\.microsoftonline\.com\/(common|organizations|consumers)\/v2\.0$/;
const ONE_TENANT = /^https:\/\/login\.microsoftonline\.com\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/v2\.0$/;
const TITLES: Readonly<Record<string, string>> = {
  google: 'Google',
  microsoft: 'Microsoft',
  github: 'GitHub',
  meta: 'Meta',
};

/** Contacts no provider before the first sign-in, so that an unreachable provider does not stop the start. */
export function openProviders(configs: readonly SignInProviderConfig[], components: Component[]): NamedProvider[] {
  return configs.map((config) => {
    const { name, kind, url } = config;
    const title = TITLES[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
    const provider = supervise(create[kind](config), policy, components);
    return { name, title, provider, isIssuer: (issuer) => issuer === url || isTenantOf(url, issuer) };
  });
}

/** For the accounts of all tenants, Microsoft names the tenant of the user as issuer. */
function isTenantOf(url: string, issuer: string): boolean {
  return MANY_TENANTS.test(url) && ONE_TENANT.test(issuer);
}
