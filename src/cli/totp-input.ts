import { VaultError } from '../core/errors.ts';
import type { Cli } from './cli.ts';

/** Asks for a TOTP secret; what the vault would not keep can be typed again. */
export async function askTotp(cli: Cli): Promise<string> {
  const prompts = await cli.prompts();
  if (prompts === null) {
    throw new VaultError('usage', '--totp asks for the secret, and there is no terminal', {
      hint: '--totp-stdin takes it from standard input, --totp-qr FILE from an image of its QR code',
    });
  }
  const { normalizeTotp } = await import('../core/totp.ts');
  const validate = (text: string): string | true => {
    try {
      normalizeTotp(text);
      return true;
    } catch (error) {
      if (error instanceof VaultError) return error.message;
      throw error;
    }
  };
  return prompts.secret('TOTP secret:', { reveal: true, validate });
}
