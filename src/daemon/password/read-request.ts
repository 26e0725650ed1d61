import type { z } from 'zod';
import { changePasswordRequest, createUserRequest, loginRequest, newKitRequest, recoverRequest } from '../../core/api/accounts.ts';
import { backupPasswordRequest } from '../../core/api/backups.ts';
import { passwordBytes } from '../../core/crypto/password.ts';
import { decodeRecoveryKit, type RecoveryKit } from '../../core/crypto/recovery.ts';
import { VaultError } from '../../core/errors.ts';
import { invalidInput } from '../invalid-input.ts';
import type { Asked, Operation } from './protocol.ts';

/** A request's body, taken apart: only the process that ends after it sees one. */
export interface PasswordRequest {
  readonly asked: Asked;
  /** The password that opens the vault, or that a new one gets. */
  readonly password: Buffer;
  readonly newPassword: Buffer | null;
  /** What opens the vault instead of a password. */
  readonly kit?: RecoveryKit;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function parseBody<T extends z.ZodType>(schema: T, body: Uint8Array): z.output<T> {
  let value: unknown;
  try {
    value = JSON.parse(strictUtf8.decode(body));
  } catch {
    // The parser's own message quotes the text.
    throw new VaultError('invalid_request', "the request's body is not valid JSON in UTF-8");
  }
  const result = schema.safeParse(value);
  if (!result.success) throw invalidInput(result.error);
  return result.data;
}

/** Validates a body with the schema that the API's document is made from. `invalid_request`, never with what was typed. */
export function readPasswordRequest(operation: Operation, body: Uint8Array): PasswordRequest {
  switch (operation) {
    case 'login': {
      const { password, ...asked } = parseBody(loginRequest, body);
      return { asked, password: passwordBytes(password), newPassword: null };
    }
    case 'createUser': {
      const { password, ...asked } = parseBody(createUserRequest, body);
      return { asked, password: passwordBytes(password), newPassword: null };
    }
    case 'changePassword': {
      const { currentPassword, newPassword, ...asked } = parseBody(changePasswordRequest, body);
      return { asked, password: passwordBytes(currentPassword), newPassword: passwordBytes(newPassword) };
    }
    case 'newKit': {
      const { password } = parseBody(newKitRequest, body);
      return { asked: {}, password: passwordBytes(password), newPassword: null };
    }
    case 'openBackup': {
      const { password, ...asked } = parseBody(backupPasswordRequest, body);
      return { asked, password: passwordBytes(password), newPassword: null };
    }
    case 'recover': {
      const { recoveryKit, newPassword, ...asked } = parseBody(recoverRequest, body);
      const kit = decodeRecoveryKit(recoveryKit);
      return { asked: { ...asked, userId: kit.userId.toString('hex') }, password: passwordBytes(newPassword), newPassword: null, kit };
    }
  }
}
