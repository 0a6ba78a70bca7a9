import { Type, type Static } from 'typebox';
import { LanguageName, OneOf } from '#kernel/schema.ts';
import { AllExecutionsQuery, executionFilters } from '../runs/schemas.ts';

export const ExecutionReportQuery = Type.Object({
  ...executionFilters,
  jobId: AllExecutionsQuery.properties.jobId,
  format: Type.Optional(Type.With(OneOf('csv', 'pdf'), { description: '`csv` by default.' })),
  language: Type.Optional(Type.With(LanguageName, { description: 'Of the PDF; `en` by default.' })),
});
export type ExecutionReportQuery = Static<typeof ExecutionReportQuery>;
