import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import type { Run } from '../frame/run.ts';

const message = z.object({
  id: z.int().optional(),
  method: z.string().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
  params: z.unknown().optional(),
  sessionId: z.string().optional(),
});
const evaluated = z.object({ result: z.object({ value: z.unknown().optional() }), exceptionDetails: z.unknown().optional() });
const requested = z.object({ request: z.object({ url: z.string() }) });

/** A headless Chromium that knows one name, and otherwise this machine alone; spoken to by the DevTools protocol through pipes. */
export class Browser {
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #answers = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  readonly #requests = new Map<string, string[]>();
  #sent = 0;

  /** @param name what leads to 127.0.0.1, beside the usual two names */
  constructor(run: Run, name: string) {
    const known = [`MAP ${name} 127.0.0.1`, 'EXCLUDE 127.0.0.1', 'EXCLUDE localhost', 'MAP * ~NOTFOUND'].join(', ');
    const quiet = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map((what) => `--disable-${what}`);
    this.#child = spawn(
      'chromium',
      [
        '--headless',
        '--no-sandbox',
        '--no-first-run',
        ...quiet,
        `--user-data-dir=${run.directory()}`,
        `--host-resolver-rules=${known}`,
        '--remote-debugging-pipe',
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    const [, , , input, output] = this.#child.stdio;
    this.#input = input as Writable;
    this.#listen(output as Readable);
    run.atEnd(() => this.#end());
  }

  /** Opens a page and waits until it is loaded. */
  async open(url: string): Promise<Page> {
    const { targetId } = z.object({ targetId: z.string() }).parse(await this.#send('Target.createTarget', { url: 'about:blank' }));
    const attached = await this.#send('Target.attachToTarget', { targetId, flatten: true });
    const { sessionId } = z.object({ sessionId: z.string() }).parse(attached);
    const requests: string[] = [];
    this.#requests.set(sessionId, requests);
    await this.#send('Network.enable', {}, sessionId);
    await this.#send('Page.navigate', { url }, sessionId);
    const evaluate = async (expression: string) => {
      const answer = await this.#send(
        'Runtime.evaluate',
        { expression, awaitPromise: true, returnByValue: true, userGesture: true },
        sessionId,
      );
      const { result, exceptionDetails } = evaluated.parse(answer);
      if (exceptionDetails !== undefined) throw new Error(`the page fails: ${JSON.stringify(exceptionDetails)}`);
      return result.value;
    };
    return { requests, evaluate };
  }

  #listen(output: Readable): void {
    let text = '';
    output.setEncoding('utf8').on('data', (piece: string) => {
      const pieces = (text + piece).split('\0');
      text = pieces.pop() ?? '';
      for (const each of pieces) this.#take(message.parse(JSON.parse(each)));
    });
    output.once('close', () => {
      for (const { reject } of this.#answers.values()) reject(new Error('the browser has ended'));
    });
  }

  #take({ id, method, result, error, params, sessionId = '' }: z.infer<typeof message>): void {
    if (method === 'Network.requestWillBeSent') this.#requests.get(sessionId)?.push(requested.parse(params).request.url);
    const answer = id === undefined ? undefined : this.#answers.get(id);
    if (id === undefined || answer === undefined) return;
    this.#answers.delete(id);
    if (error === undefined) answer.resolve(result);
    else answer.reject(new Error(error.message));
  }

  async #send(method: string, params: object, sessionId?: string): Promise<unknown> {
    const id = ++this.#sent;
    return await new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.#input.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    });
  }

  async #end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'close');
    this.#child.kill();
    await ended;
  }
}

export interface Page {
  /** Every URL that the page has asked for so far. */
  readonly requests: readonly string[];
  /** Computes an expression in the page; a promise is awaited. */
  readonly evaluate: (expression: string) => Promise<unknown>;
}
