import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { Routes } from '#platform/module.ts';
import { schedulerPermissions } from '../contract.ts';
import { ExecutionReportQuery } from './schemas.ts';
import type { ExecutionReport } from './service.ts';

const Text = Type.Unsafe<Readable | Buffer>({ type: 'string' });

export function reportRoutes(report: ExecutionReport): Routes {
  return async (http) => {
    http.get(
      '/scheduler/jobs/report',
      {
        config: { access: schedulerPermissions.reports },
        schema: {
          operationId: 'reportExecutions',
          summary: 'Get a report of executions',
          description: `As CSV all that match, streamed, newest first; as PDF the newest thousand, in English or in Persian with
            the Jalali calendar.`,
          querystring: ExecutionReportQuery,
          response: { 200: { content: { 'text/csv': { schema: Text }, 'application/pdf': { schema: Text } } } },
        },
      },
      async ({ query }, reply) => {
        const { type, name, content } = await report.make(query);
        return reply.type(type).header('content-disposition', `attachment; filename="${name}"`).send(content);
      },
    );
  };
}
