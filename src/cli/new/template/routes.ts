import { ById, NoContent, Page, pageErrors, PageQuery, type Routes } from 'bonyan';
import { NewGadget, Gadget, gadgetErrors, gadgetPermissions } from './contract.ts';
import type { GadgetService } from './service.ts';

const { read, write } = gadgetPermissions;

export function gadgetRoutes(service: GadgetService): Routes {
  return async (http) => {
    http.get(
      '/gadgets',
      {
        config: { access: read, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listGadgets',
          summary: 'List your own gadgets',
          description: 'Newest first.',
          querystring: PageQuery,
          response: { 200: Page(Gadget) },
        },
      },
      ({ actor, query }) => service.list(actor, query),
    );

    http.post(
      '/gadgets',
      {
        config: { access: write },
        schema: {
          operationId: 'createGadget',
          summary: 'Add to your own gadgets',
          description: 'It belongs to you, and nobody else can see it.',
          body: NewGadget,
          response: { 201: Gadget },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await service.add(actor, body)),
    );

    http.delete(
      '/gadgets/:id',
      {
        config: { access: write, errors: [gadgetErrors.notFound] },
        schema: {
          operationId: 'deleteGadget',
          summary: 'Delete from your own gadgets',
          description: 'Answers 404 also for what belongs to another user.',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await service.remove(actor, params.id)),
    );
  };
}
