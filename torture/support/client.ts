import { Agent, request } from 'node:http';
import { z } from 'zod';

export interface Answer {
  readonly status: number;
  /** The body as JSON; null where it is none. */
  readonly body: unknown;
  readonly text: string;
}

export interface Sending {
  readonly token?: string;
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where to connect to. */
export type Place = { readonly socketPath: string } | { readonly host: string; readonly port: number };

const errorBody = z.object({ error: z.object({ code: z.string() }) });

/** The code of a refusal; null where the answer is none. */
export function codeOf({ body }: Answer): string | null {
  const parsed = errorBody.safeParse(body);
  return parsed.success ? parsed.data.error.code : null;
}

/** A program that speaks HTTP to a daemon, over connections that are kept. */
export class Client {
  readonly #agent: Agent;
  readonly #place: Place;

  constructor(place: Place, connections = 1) {
    this.#place = place;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Rejects where the daemon hangs up before its answer. */
  async send(method: string, path: string, { token, json, body, headers }: Sending = {}): Promise<Answer> {
    const content = json === undefined ? body : JSON.stringify(json);
    const all = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(content === undefined ? {} : { 'content-length': Buffer.byteLength(content) }),
      ...headers,
    };
    return await new Promise((resolve, reject) => {
      const outgoing = request({ ...this.#place, agent: this.#agent, method, path, headers: all }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: incoming.statusCode ?? 0, text, body: parsed(text) });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(content);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
