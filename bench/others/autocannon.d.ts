/** The part of autocannon that is used here; the package has no types. */
declare module 'autocannon' {
  interface Options {
    url: string;
    method: 'GET' | 'POST';
    headers: Record<string, string>;
    connections: number;
    amount: number;
    timeout?: number;
    requests?: { method: 'GET' | 'POST'; body: string; headers: Record<string, string> }[];
  }
  interface Result {
    non2xx: number;
    statusCodeStats?: Readonly<Record<string, { readonly count: number }>>;
    errors: number;
  }
  interface Run extends Promise<Result> {
    on(event: 'response', listener: (client: unknown, status: number, bytes: number, tookMs: number) => void): void;
  }
  const autocannon: (options: Options) => Run;
  export default autocannon;
}
