import type { ChangePasswordResponse, CreateUserResponse, LoginResponse } from '../../core/api.ts';
import type { Way } from '../environment.ts';
import type { AuthorizedSession } from '../sessions/sessions.ts';

/** Everything that a master password is needed for. Bodies come as the raw chunks of the request and are zeroed here. */
export interface Passwords {
  login(way: Way, body: readonly Buffer[]): Promise<LoginResponse>;
  createUser(way: Way, body: readonly Buffer[]): Promise<CreateUserResponse>;
  changePassword(way: Way, session: AuthorizedSession, body: readonly Buffer[]): Promise<ChangePasswordResponse>;
}
