import { toCursor, toText } from '#app/app/search.ts';

/** What the address of the list says: the page, and the open role or `new`. */
export interface RolesSearch {
  readonly cursor?: string | undefined;
  readonly open?: string | undefined;
}

export function toRolesSearch(found: Readonly<Record<string, unknown>>): RolesSearch {
  return { ...toText(found, 'open'), ...toCursor(found) };
}

/** What the address of the matrix says: which permissions are shown. Left out: all. */
export interface MatrixSearch {
  readonly search?: string | undefined;
  readonly module?: string | undefined;
  /** Ids of the roles that are not shown, with dots between them. */
  readonly hide?: string | undefined;
}

export function toMatrixSearch(found: Readonly<Record<string, unknown>>): MatrixSearch {
  return toText(found, 'search', 'module', 'hide');
}

/** The question of the policy tester. It is asked when there are a user and a permission. */
export interface WhySearch {
  readonly user?: string | undefined;
  readonly permission?: string | undefined;
  /** Of a resource, both or none. */
  readonly type?: string | undefined;
  readonly id?: string | undefined;
}

export function toWhySearch(found: Readonly<Record<string, unknown>>): WhySearch {
  return toText(found, 'user', 'permission', 'type', 'id');
}
