// @ts-check
import { join } from 'node:path';
import { collectTests, getFn, getHooks } from '@vitest/runner';
import { getFullName, getTests } from '@vitest/runner/utils';
import { createServer, createServerModuleRunner } from 'vite';
import './same-values.js';

/** @import { Suite, Test, VitestRunnerConfig } from '@vitest/runner' */

/** @returns {VitestRunnerConfig} */
const configuration = (/** @type {string} */ root) => ({
  root,
  name: undefined,
  setupFiles: [],
  passWithNoTests: false,
  testNamePattern: undefined,
  allowOnly: false,
  sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
  chaiConfig: undefined,
  maxConcurrency: 1,
  testTimeout: 90_000,
  hookTimeout: 120_000,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: true,
});

/** The outermost first; the file, which is one too, is not among them. @returns {Suite[]} */
const suitesAround = (/** @type {Suite | undefined} */ suite) => (suite === undefined ? [] : [...suitesAround(suite.suite), suite]);

/** A promise that is rejected, and that nobody waits for. */
/** @type {unknown[]} */
const strays = [];
process.on('unhandledRejection', (reason) => strays.push(reason));

/** Test files in this process, whose tests can be run one by one, as often as is wanted. */
export class Tests {
  #files;
  #server;
  #modules;
  /** By id: the file, and the names of the test and of what is around it. */
  /** @type {Map<string, Test>} */
  #tests = new Map();
  /** @type {Set<Suite>} */
  #begun = new Set();

  /** @param {string[]} files @param {import('vite').ViteDevServer} server */
  constructor(files, server) {
    this.#files = files;
    this.#server = server;
    this.#modules = createServerModuleRunner(server.environments.ssr, { hmr: false });
  }

  /** Of paths below the folder that the process is in. Nothing is loaded yet. */
  static async of(/** @type {string[]} */ files) {
    const server = await createServer({
      configFile: false,
      root: process.cwd(),
      logLevel: 'error',
      appType: 'custom',
      server: { middlewareMode: true, hmr: false, watch: null, ws: false },
      optimizeDeps: { noDiscovery: true },
      resolve: { alias: { vitest: join(import.meta.dirname, 'vitest.js') } },
    });
    return new Tests(files, server);
  }

  get ids() {
    return [...this.#tests.keys()];
  }

  /** Loads the tests, and all that they try, anew, and prepares what they share. Throws what a file or a preparation throws. */
  async load() {
    await this.#end();
    this.#modules.clearCache();
    const { root } = this.#server.config;
    const paths = this.#files.map((file) => join(root, file));
    const files = await collectTests(paths, { config: configuration(root), importFile: (path) => this.#modules.import(path) });
    for (const { name, result } of files) {
      if (result?.state === 'fail') throw new Error(`${name} could not be loaded: ${result.errors?.[0]?.message}`);
    }
    for (const test of getTests(files)) {
      if (test.mode !== 'run' && test.mode !== 'queued') continue;
      for (const suite of [test.file, ...suitesAround(test.suite)]) await this.#begin(suite);
      let id = getFullName(test);
      while (this.#tests.has(id)) id += "'";
      this.#tests.set(id, test);
    }
  }

  /** @returns {Promise<string | undefined>} what the test failed with */
  async failure(/** @type {string} */ id) {
    const test = this.#tests.get(id);
    if (test === undefined) throw new Error(`there is no test ${id}`);
    try {
      await getFn(test)();
      // What was rejected is told after those who may still be waiting for it had their turn.
      await new Promise(setImmediate);
      if (strays.length > 0) throw strays[0];
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      strays.length = 0;
    }
  }

  async close() {
    await this.#end();
    await this.#modules.close();
    await this.#server.close();
  }

  async #begin(/** @type {Suite} */ suite) {
    if (this.#begun.has(suite)) return;
    for (const prepare of getHooks(suite).beforeAll) await prepare(suite);
    this.#begun.add(suite);
  }

  async #end() {
    for (const suite of this.#begun) for (const clean of getHooks(suite).afterAll) await clean(suite);
    this.#begun.clear();
    this.#tests.clear();
  }
}
