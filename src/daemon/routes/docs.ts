import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app.ts';
import type { AppEnv } from '../environment.ts';

export function docsRoutes(_deps: AppDependencies) {
  return new OpenAPIHono<AppEnv>();
}
