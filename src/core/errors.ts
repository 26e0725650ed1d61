/**
 * The one error table: each failure's code, the exit status it ends a command with and the HTTP status it is answered with.
 * Codes without an HTTP status arise in the command line and never cross the wire.
 */
export const errorTable = {
  internal: { exit: 1, status: 500 },
  request_forbidden: { exit: 1, status: 403 },
  storage_full: { exit: 1, status: 507 },
  usage: { exit: 2, status: undefined },
  invalid_request: { exit: 2, status: 400 },
  payload_too_large: { exit: 2, status: 413 },
  daemon_unreachable: { exit: 3, status: undefined },
  daemon_version_mismatch: { exit: 3, status: undefined },
  unauthenticated: { exit: 4, status: 401 },
  incorrect_password: { exit: 4, status: 401 },
  vault_locked: { exit: 4, status: 423 },
  scope_denied: { exit: 4, status: 403 },
  confirmation_required: { exit: 4, status: 403 },
  too_many_attempts: { exit: 4, status: 429 },
  entry_not_found: { exit: 5, status: 404 },
  field_not_found: { exit: 5, status: 404 },
  user_not_found: { exit: 5, status: 404 },
  entry_ambiguous: { exit: 6, status: 409 },
  entry_exists: { exit: 6, status: 409 },
  user_exists: { exit: 6, status: 409 },
  file_exists: { exit: 6, status: 409 },
  not_initialized: { exit: 6, status: 409 },
  rotation_pending: { exit: 6, status: 409 },
  revision_conflict: { exit: 6, status: 412 },
  vault_corrupt: { exit: 7, status: 500 },
  unsupported_format: { exit: 7, status: 500 },
  clipboard_unavailable: { exit: 8, status: undefined },
  audit_findings: { exit: 9, status: undefined },
  import_problems: { exit: 9, status: undefined },
  reference_changed: { exit: 9, status: undefined },
  cancelled: { exit: 130, status: undefined },
} as const satisfies Record<string, { exit: number; status: number | undefined }>;

export type ErrorCode = keyof typeof errorTable;

/** JSON that tells more about an error: never anything a user typed, save names of entries in `entry_ambiguous`. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

export interface VaultErrorOptions {
  readonly details?: ErrorDetails;
  /** What to do next, in one line; shown by the command line after `hint:`. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * The one error class. The message is one line, without a final full stop, and holds no input bytes.
 * Anything else that is thrown is a defect and is answered as `internal`.
 */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: VaultErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.hint = options.hint;
  }
}

/** Whether a text from outside is one of the table's codes. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorTable, text);
}

/** The body of every error answer: `{"error":{"code","message","details?"}}`. */
export interface ErrorBody {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly details?: ErrorDetails };
}

/** The answer's body for an error; the hint stays with the side that knows its user. */
export function errorBody(error: VaultError): ErrorBody {
  const { code, message, details } = error;
  return { error: details === undefined ? { code, message } : { code, message, details } };
}
