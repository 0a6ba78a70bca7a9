/** As far as it is used here; the package brings no types of its own. */
declare module 'html-to-text' {
  interface Selector {
    readonly selector: string;
    readonly format?: string;
    readonly options?: Readonly<Record<string, unknown>>;
  }
  export function compile(options: {
    readonly wordwrap: false | number;
    readonly selectors: readonly Selector[];
  }): (html: string) => string;
}
