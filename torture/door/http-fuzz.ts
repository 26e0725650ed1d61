import { z } from 'zod';
import type { Random } from '../frame/random.ts';

/*
 * Requests that are almost what the API's own document asks for: each route with bodies made from its schema, and then spoilt.
 */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface Schema {
  readonly $ref?: string | undefined;
  readonly type?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly items?: Schema | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    properties: z.record(z.string(), schema).optional(),
    items: schema.optional(),
    anyOf: z.array(schema).optional(),
    oneOf: z.array(schema).optional(),
  }),
);

const operation = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).optional(),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema })) }).optional(),
});

const openApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});

export interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

const texts = [
  '',
  ' ',
  'a',
  '\u0000',
  '\ud800',
  '\u202e',
  '../..',
  '%00',
  'x'.repeat(5000),
  '🔑',
  '__proto__',
  'otpauth://totp/a?secret=!',
  'https://a:b@c',
  '"',
  '\\',
];
const numbers = [0, -1, 1, 1.5, 1e308, -1e308, 2 ** 53, 2 ** 31, 1024, 1025];
const routesThatDerive = ['/login', '/users', '/users/me/password'];

/** Makes requests for every operation of an OpenAPI document. */
export function requestsFrom(document: unknown, random: Random): () => FuzzedRequest {
  const { paths, components } = openApi.parse(document);
  const operations = Object.entries(paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, what]) => ({ path, method: method.toUpperCase(), what })),
  );
  const cheap = operations.filter(({ path }) => !routesThatDerive.includes(path));

  const anything = (depth: number): Json => {
    const kind = random.below(depth > 4 ? 4 : 6);
    if (kind === 0) return null;
    if (kind === 1) return random.chance(0.5);
    if (kind === 2) return random.pick(numbers);
    if (kind === 3) return random.pick(texts);
    if (kind === 4) return Array.from({ length: random.below(4) }, () => anything(depth + 1));
    return Object.fromEntries(Array.from({ length: random.below(4) }, () => [random.pick(texts), anything(depth + 1)]));
  };
  const fitting = (of: Schema, depth: number): Json => {
    if (random.chance(0.08) || depth > 8) return anything(depth);
    if (of.$ref !== undefined) return fitting(components.schemas[of.$ref.split('/').at(-1) ?? ''] ?? {}, depth + 1);
    const choices = of.anyOf ?? of.oneOf;
    if (choices !== undefined && choices.length > 0) return fitting(random.pick(choices), depth + 1);
    if (of.enum !== undefined && of.enum.length > 0) return String(random.pick(of.enum));
    const type = Array.isArray(of.type) ? String(random.pick(of.type)) : of.type;
    if (type === 'object') {
      const known = Object.entries(of.properties ?? {}).filter(() => random.chance(0.6));
      const object: Record<string, Json> = Object.fromEntries(known.map(([name, inner]) => [name, fitting(inner, depth + 1)]));
      return random.chance(0.1) ? { ...object, [random.pick(texts)]: anything(depth) } : object;
    }
    if (type === 'array') {
      return Array.from({ length: random.below(random.chance(0.02) ? 2000 : 4) }, () => fitting(of.items ?? {}, depth + 1));
    }
    if (type === 'string') return random.chance(0.5) ? random.text(random.between(1, 40)) : random.pick(texts);
    if (type === 'integer' || type === 'number') return random.pick(numbers);
    return type === 'boolean' ? random.chance(0.5) : null;
  };
  /** Text that is almost JSON. */
  const spoilt = (text: string): string => {
    const at = random.below(text.length + 1);
    const kind = random.below(5);
    if (kind === 0) return text.slice(0, at);
    if (kind === 1) return text.slice(0, at) + random.pick(['\u0000', '{', '"', ',', '\n', '\ufeff', '[['.repeat(2000)]) + text.slice(at);
    if (kind === 2) return `${text}${text}`;
    return text;
  };
  const segment = () =>
    encodeURIComponent(
      random.pick([...texts.filter((text) => text.isWellFormed()), random.text(8), '00000000-0000-4000-8000-000000000000']),
    );

  return () => {
    const { path, method, what } = random.pick(random.chance(0.003) ? operations : cheap);
    const query = (what.parameters ?? [])
      .filter((parameter) => parameter.in === 'query' && random.chance(0.5))
      .map(({ name }) => `${random.chance(0.1) ? segment() : name}=${segment()}`);
    const target = path.replace(/\{\w+\}/g, segment) + (query.length > 0 ? `?${query.join('&')}` : '');
    const [type, content] = Object.entries(what.requestBody?.content ?? {})[0] ?? [];
    const headers: Record<string, string> = {};
    if (type !== undefined) {
      headers['content-type'] = random.chance(0.05) ? random.pick(['text/plain', '', 'application/json;;', type.toUpperCase()]) : type;
    }
    if (random.chance(0.2)) headers['if-match'] = random.pick(['*', '"1"', '"0"', '"x"', '1', '"99999999999999999999"', 'W/"1"', '']);
    if (random.chance(0.1)) headers['vault-background'] = random.pick(['true', 'false', '']);
    if (random.chance(0.05)) headers[`x-${random.text(4)}`] = random.text(random.between(1, 4000));
    const body = content === undefined ? null : spoilt(JSON.stringify(fitting(content.schema, 0)));
    return {
      method: random.chance(0.03) ? random.pick(['PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) : method,
      path: target,
      body,
      headers,
    };
  };
}
