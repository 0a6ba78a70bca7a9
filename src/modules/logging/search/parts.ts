import { sql } from 'kysely';
import { searchKeys } from '#kernel/text.ts';
import { createDeadline, type Deadline } from '#kernel/limits/deadline.ts';
import { loggingErrors } from '../contract.ts';
import { hasPart, type Parts } from './conditions.ts';
import type { QueryNode, TextNode } from './query-text.ts';
import type { SliceService } from './slices-postgres.ts';

const MOST = 1000; // words that the parts of one query may stand for
const SHARE = 0.5; // of the time that is left; the rest is for the search itself
const DAY_MS = 86_400_000;

/**
 * Finds the words that contain a part of a word, by the words of the days. A part that is not looked up in time stays, and is
 * compared with the words of the next events.
 */
export function createParts({ ask }: Pick<SliceService, 'ask'>): Parts {
  async function expand(tree: QueryNode, from: string | undefined, deadline: Deadline): Promise<QueryNode> {
    const all = createDeadline(deadline.leftMs() * SHARE);
    let left = MOST;

    async function expandOne(node: QueryNode): Promise<QueryNode> {
      if (node.kind === 'field') return node;
      if (node.kind === 'not') return { ...node, node: await expandOne(node.node) };
      if (node.kind === 'text') {
        if (!node.isSuffix) return node;
        const firsts = all.leftMs() > 0 ? await wordsWith(node, from, left, all.leftMs()) : null;
        if (firsts === null) return node;
        left -= firsts.length;
        return { ...node, firsts };
      }
      const nodes: QueryNode[] = [];
      for (const each of node.nodes) nodes.push(await expandOne(each));
      return { ...node, nodes };
    }

    return expandOne(tree);
  }

  /** Null when that takes too long. @throws `logging.query_too_wide` */
  async function wordsWith(node: TextNode, from: string | undefined, most: number, timeoutMs: number) {
    const [part = ''] = node.tokens;
    const keys = searchKeys(part);
    const conditions = [
      hasPart('w.word', node),
      ...(keys.length > 0 ? [sql<boolean>`w.keys @> ${keys}::text[]`] : []),
      // An event is at most a day before its receipt.
      ...(from ? [sql<boolean>`w.day >= ${new Date(Date.parse(from) - 2 * DAY_MS).toISOString()}::timestamptz`] : []),
    ];
    const words = await ask(
      sql<{ word: string }>`select distinct w.word from logging.word w where ${sql.join(conditions, sql` and `)}
        limit ${most + 1}`,
      timeoutMs,
    );
    if (words === null) return null;
    if (words.length > most) throw loggingErrors.queryTooWide({ part, limit: MOST });
    return words.map(({ word }) => word);
  }

  return { expand };
}
