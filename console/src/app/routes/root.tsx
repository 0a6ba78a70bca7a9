import { createRootRoute } from '@tanstack/react-router';
import { Frame } from '#app/app/frame/frame.tsx';
import { NotFound } from '#app/app/not-found.tsx';

export const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });
