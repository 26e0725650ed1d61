import type { Way } from './environment.ts';

export interface RequestRecord {
  readonly way: Way;
  readonly method: string;
  /** The route's pattern, never the path: that has names in it. */
  readonly route: string;
  readonly status: number;
  readonly code: string | undefined;
  readonly milliseconds: number;
}

/** What the daemon writes down: never a name, a value, or a message from elsewhere. */
export interface Log {
  /** Something about the daemon itself, in words of ours. */
  note(text: string): void;
  request(record: RequestRecord): void;
  /** An error that nobody foresaw: its type and where it arose. */
  defect(error: unknown): void;
}
