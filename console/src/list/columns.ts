import type { ReactNode } from 'react';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly cell: (item: T) => ReactNode;
  /** Takes the width that is left; the name of a row does by default. */
  readonly isWide?: boolean;
  /** Numbers to compare: their ends are below each other, at the right in both languages. */
  readonly isNumber?: boolean;
  /** Only after it was chosen in the column picker. */
  readonly isExtra?: boolean;
  /** Also in the second line of a row on a phone. */
  readonly isOnPhone?: boolean;
}
