import { words as en } from './words-en.ts';
import { words as fa } from './words-fa.ts';
import type { Language } from '../open.ts';

export interface Person {
  readonly first: string;
  readonly last: string;
  /** Before the @ of the address. */
  readonly at: string;
  readonly role: string | null;
  readonly bio: string;
  readonly place: string;
  readonly interests: readonly string[];
}

export interface Todo {
  readonly text: string;
  readonly labels?: readonly string[];
  readonly priority?: 'low' | 'normal' | 'medium' | 'high' | 'top';
  readonly dueInDays?: number;
  readonly done?: true;
}

/** What the pictures of one language show: a small shop and its team. */
export interface Words {
  readonly domain: string;
  readonly timeZone: string;
  readonly country: string;
  /** The first is the administrator, the last two have not answered their invitation. */
  readonly people: readonly Person[];
  readonly roles: readonly { readonly name: string; readonly permissions: readonly string[] }[];
  readonly organisation: string;
  readonly suppliers: string;
  readonly todos: readonly Todo[];
  readonly folders: { readonly offers: string; readonly photos: string; readonly accounts: string };
  readonly files: Readonly<Record<'offers' | 'photos' | 'accounts' | 'top', readonly string[]>>;
  readonly fileTags: readonly string[];
  readonly report: string;
  readonly templates: readonly { readonly name: string; readonly subject: string; readonly body: string }[];
  readonly customer: string;
  readonly product: string;
  readonly messages: readonly { readonly subject: string; readonly body: string }[];
  readonly inbox: readonly { readonly subject: string; readonly body: string }[];
  readonly tomorrow: { readonly subject: string; readonly body: string };
  readonly weekly: { readonly subject: string; readonly body: string };
  readonly unwanted: { readonly subject: string; readonly body: string };
  readonly logs: {
    readonly served: string;
    readonly packed: string;
    readonly slow: string;
    readonly charged: string;
    readonly refused: string;
  };
  readonly rules: Readonly<Record<'payments' | 'stock' | 'quiet', string>>;
  readonly notes: { readonly acknowledged: string; readonly resolved: string; readonly silence: string };
  readonly jobs: Readonly<Record<'prices' | 'newsletter' | 'backup' | 'stock' | 'cleanup', readonly [string, string]>>;
  readonly paused: string;
  readonly reminders: readonly string[];
  readonly webhooks: readonly [string, string];
  readonly views: readonly [string, string];
  readonly keys: readonly [string, string];
}

export const wordsOf: Readonly<Record<Language, Words>> = { en, fa };
