import type { Cli } from '../cli.ts';
import { stateLines } from '../show-state.ts';
import { stateOf } from '../state.ts';

/** `vault status`, and `vault daemon status`. */
export async function status(cli: Cli): Promise<void> {
  const state = await stateOf(cli);
  if (cli.globals.json) cli.output.json(state);
  else cli.output.lines(stateLines(state, cli.output.style, Date.now()));
}
