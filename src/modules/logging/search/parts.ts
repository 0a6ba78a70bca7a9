import { sql } from 'kysely';
import { searchKeys } from '#kernel/text.ts';
import { loggingErrors } from '../contract.ts';
import type { Parts } from './conditions.ts';
import type { QueryNode, TextNode } from './query-text.ts';
import type { SliceService } from './slices-postgres.ts';

const MOST = 1000; // words that the parts of one query may stand for
const BUDGET_MS = 2000;
const DAY_MS = 86_400_000;

/** Finds the words that contain a part of a word: by the words of the days, never by the events. */
export function createParts({ ask }: Pick<SliceService, 'ask'>): Parts {
  async function expand(tree: QueryNode, from: string | undefined): Promise<QueryNode> {
    let left = MOST;

    async function expandOne(node: QueryNode): Promise<QueryNode> {
      if (node.kind === 'field') return node;
      if (node.kind === 'not') return { ...node, node: await expandOne(node.node) };
      if (node.kind === 'text') {
        if (!node.isSuffix) return node;
        const firsts = await wordsWith(node, from, left);
        left -= firsts.length;
        return { ...node, firsts };
      }
      const nodes: QueryNode[] = [];
      for (const each of node.nodes) nodes.push(await expandOne(each));
      return { ...node, nodes };
    }

    return expandOne(tree);
  }

  async function wordsWith({ tokens, isPrefix }: TextNode, from: string | undefined, most: number): Promise<string[]> {
    const [part = ''] = tokens;
    const isInside = isPrefix && tokens.length === 1;
    const keys = searchKeys(part);
    const conditions = [
      isInside
        ? sql<boolean>`strpos(w.word, ${part}) > 0`
        : sql<boolean>`right(w.word, ${Array.from(part).length}::int) = ${part}`,
      ...(keys.length > 0 ? [sql<boolean>`w.keys @> ${keys}::text[]`] : []),
      // An event is at most a day before its receipt.
      ...(from ? [sql<boolean>`w.day >= ${new Date(Date.parse(from) - 2 * DAY_MS).toISOString()}::timestamptz`] : []),
    ];
    const words = await ask(
      sql<{ word: string }>`select distinct w.word from logging.word w where ${sql.join(conditions, sql` and `)}
        limit ${most + 1}`,
      BUDGET_MS,
    );
    if (words === null || words.length > most) throw loggingErrors.queryTooWide({ part, limit: MOST });
    return words.map(({ word }) => word);
  }

  return { expand };
}
