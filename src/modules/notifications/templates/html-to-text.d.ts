/** The parts that are used here; the package has no types. */
declare module 'html-to-text' {
  interface Selector {
    readonly selector: string;
    readonly format?: string;
    readonly options?: Readonly<Record<string, unknown>>;
  }
  export function compile(options: {
    readonly wordwrap: false | number;
    readonly limits: { readonly maxDepth: number; readonly ellipsis: string };
    readonly selectors: readonly Selector[];
  }): (html: string) => string;
}
