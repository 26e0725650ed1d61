// @ts-check
/**
 * A test runner for Stryker: the tests of a part of src/core are loaded once, and stay loaded while one fault after the other is switched
 * on and off in what they try; for a fault that has its effect while a file is loaded they are loaded anew. That takes a fiftieth of the time
 * that a worker for each fault does. MUTATION_TESTS names the test files, one a line.
 */
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import { Tests } from './tests.js';

/** @import { CompleteDryRunResult, MutantRunOptions, MutantRunResult, TestResult, TestRunner } from '@stryker-mutator/api/test-runner' */

/** What the faults read and count: which is on, how often one was reached, and how often is a loop without an end. */
/** @type {import('@stryker-mutator/api/core').InstrumenterContext} */
const faults = {};
Reflect.set(globalThis, INSTRUMENTER_CONSTANTS.NAMESPACE, faults);

/** @implements {TestRunner} */
class Runner {
  /** @type {Tests | undefined} */
  #opened;
  /** Whether what is loaded is as its files have it, and nothing in it is as a fault left it. */
  #sound = false;
  /** Milliseconds, by the test's id. */
  /** @type {Map<string, number>} */
  #durations = new Map();

  get #tests() {
    if (this.#opened === undefined) throw new Error('init comes first');
    return this.#opened;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    this.#opened = await Tests.of((process.env['MUTATION_TESTS'] ?? '').split('\n'));
  }

  async dispose() {
    await this.#opened?.close();
  }

  /** @returns {Promise<CompleteDryRunResult>} */
  async dryRun() {
    await this.#load();
    /** @type {TestResult[]} */
    const tests = [];
    for (const id of this.#tests.ids) {
      faults.currentTestId = id;
      const failureMessage = await this.#run(id);
      const test = { id, name: id, timeSpentMs: this.#durations.get(id) ?? 0 };
      tests.push(
        failureMessage === undefined ? { ...test, status: TestStatus.Success } : { ...test, status: TestStatus.Failed, failureMessage },
      );
    }
    delete faults.currentTestId;
    return { status: DryRunStatus.Complete, tests, mutantCoverage: faults.mutantCoverage ?? { static: {}, perTest: {} } };
  }

  /** @returns {Promise<MutantRunResult>} */
  async mutantRun(/** @type {MutantRunOptions} */ options) {
    const whileLoading = options.mutantActivation === 'static';
    const anew = options.reloadEnvironment || !this.#sound;
    if (anew && !whileLoading) await this.#load();
    const result = await this.#withFault(options);
    this.#sound = !whileLoading && (await this.#failsNoMore(result));
    // What still fails may do so for what an earlier fault left behind.
    return this.#sound || whileLoading || anew ? result : this.mutantRun(options);
  }

  /** @returns {Promise<MutantRunResult>} */
  async #withFault(/** @type {MutantRunOptions} */ { activeMutant, hitLimit = Infinity, mutantActivation, testFilter }) {
    // What is asked for is a hundredfold of all tests, where they have much to do: minutes.
    const endless = Math.max(10_000, hitLimit / 20);
    Object.assign(faults, { activeMutant: activeMutant.id, hitCount: 0, hitLimit: endless });
    try {
      if (mutantActivation === 'static') await this.#tests.load();
      const ids = (testFilter ?? this.#tests.ids).toSorted((one, other) => this.#duration(one) - this.#duration(other));
      for (const [before, id] of ids.entries()) {
        const failureMessage = await this.#run(id);
        if (failureMessage === undefined) continue;
        if ((faults.hitCount ?? 0) > endless) return { status: MutantRunStatus.Timeout, reason: failureMessage };
        return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage, nrOfTests: before + 1 };
      }
      return { status: MutantRunStatus.Survived, nrOfTests: ids.length };
    } catch (error) {
      return { status: MutantRunStatus.Killed, killedBy: [], failureMessage: String(error), nrOfTests: 0 };
    } finally {
      delete faults.activeMutant;
      delete faults.hitCount;
    }
  }

  /** Whether the test that found a fault passes without it. */
  async #failsNoMore(/** @type {MutantRunResult} */ result) {
    if (result.status !== MutantRunStatus.Killed) return result.status === MutantRunStatus.Survived;
    for (const id of result.killedBy) if ((await this.#run(id)) !== undefined) return false;
    return true;
  }

  async #load() {
    await this.#tests.load();
    this.#sound = true;
  }

  #duration(/** @type {string} */ id) {
    return this.#durations.get(id) ?? Infinity;
  }

  /** @returns {Promise<string | undefined>} what the test failed with */
  async #run(/** @type {string} */ id) {
    const begun = performance.now();
    const failure = await this.#tests.failure(id);
    if (failure === undefined) this.#durations.set(id, performance.now() - begun);
    return failure;
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'loaded-once', Runner)];
