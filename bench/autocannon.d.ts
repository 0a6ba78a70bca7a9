/** The part of autocannon that is used here; it ships no types. */
declare module 'autocannon' {
  interface Options {
    url: string;
    method: 'GET' | 'POST';
    headers: Record<string, string>;
    connections: number;
    amount: number;
    requests?: { method: 'GET' | 'POST'; body: string; headers: Record<string, string> }[];
  }
  interface Result {
    latency: { p50: number; p99: number; max: number };
    non2xx: number;
    errors: number;
  }
  export default function autocannon(options: Options): Promise<Result>;
}
