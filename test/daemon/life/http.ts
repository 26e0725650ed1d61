import { type IncomingHttpHeaders, request, type RequestOptions } from 'node:http';
import { connect, type NetConnectOpts } from 'node:net';

export interface HttpAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request over a real connection; rejects where the other side hangs up. */
export async function ask(options: RequestOptions, body?: string): Promise<HttpAnswer> {
  return await new Promise((resolve, reject) => {
    const sent = request({ agent: false, ...options }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString() }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends bytes as they are, and gives everything that comes back until the other side hangs up. */
export async function exchange(where: NetConnectOpts, bytes: string): Promise<string> {
  return await new Promise((resolve) => {
    const socket = connect(where);
    const chunks: Buffer[] = [];
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}
