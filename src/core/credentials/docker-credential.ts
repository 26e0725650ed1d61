import { z } from 'zod';

const stored = z.object({ ServerURL: z.string(), Username: z.string(), Secret: z.string() });

/** What docker's `store` is given, in docker's own words. Apart from the rest of the protocol, which needs no schemas to start. */
export type DockerCredential = z.infer<typeof stored>;

/** Reads what `store` is given; null for what is none. */
export function parseDockerCredential(text: string): DockerCredential | null {
  try {
    return stored.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
