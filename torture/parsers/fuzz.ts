import { parseConfigText, readConfig } from '../../src/core/config.ts';
import { decodeHeader } from '../../src/core/crypto/header.ts';
import { decodeKeys } from '../../src/core/crypto/derived-keys.ts';
import { pad, unpad } from '../../src/core/crypto/padding.ts';
import { passwordBytes } from '../../src/core/crypto/password.ts';
import { decodeRecoveryKit, encodeRecoveryKit, newRecoveryKit } from '../../src/core/crypto/recovery.ts';
import { open, seal } from '../../src/core/crypto/seal.ts';
import { decodeBody } from '../../src/core/entry/body.ts';
import { importedEntry } from '../../src/core/entry/import.ts';
import { VaultError } from '../../src/core/errors.ts';
import { detectFormat, fileFormats } from '../../src/core/formats/registry.ts';
import { bytesSource } from '../../src/core/formats/source.ts';
import { readPassStore } from '../../src/core/formats/pass-store.ts';
import { parseRules } from '../../src/core/generate/rules.ts';
import { parents, parseSite, queryHost, reduceName, registrableDomain } from '../../src/core/lookup/hosts.ts';
import { namePattern } from '../../src/core/lookup/pattern.ts';
import { querySteps } from '../../src/core/lookup/resolve.ts';
import { lookupTerms } from '../../src/core/lookup/terms.ts';
import { withoutPassword } from '../../src/core/lookup/userinfo.ts';
import { firstRoot, openRoot, sealRoot } from '../../src/core/manifest/root.ts';
import { formatReference, parseReference } from '../../src/core/reference.ts';
import { normalizeTotp, totpCode } from '../../src/core/totp.ts';
import { muchWork, workSeconds } from '../../test/support/work.ts';
import type { Random } from '../frame/random.ts';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import { urlOf } from '../../src/core/url.ts';

interface Target {
  readonly name: string;
  /** How much of the work it gets. */
  readonly share: number;
  /** Sound inputs, to be spoilt. */
  readonly seeds: readonly (string | Buffer)[];
  /** Reads one. `sound` says that it was not spoilt. Returns what is wrong, or nothing; may throw a `VaultError`. */
  readonly read: (input: Buffer, spoilt: boolean) => string | undefined | Promise<string | undefined>;
}

const textOf = (input: Buffer) => input.toString('utf8');

function blobTargets(random: Random): Target[] {
  const [key, userId] = [random.bytes(32), random.bytes(16)];
  const context = { purpose: 'entryBody', userId, entryId: random.bytes(16), revision: 1 } as const;
  const body = Buffer.from(
    JSON.stringify({
      version: 1,
      name: 'a',
      username: null,
      password: 'p',
      urls: [],
      totp: null,
      notes: null,
      fields: [],
      tags: [],
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      passwordChangedAt: null,
      trashedAt: null,
      history: [],
    }),
  );
  const blobs = [body, Buffer.alloc(0), random.bytes(5000)].map((data) => seal(key, context, data));
  const roots = [sealRoot(key, userId, firstRoot(random.bytes(32)))];
  const accepted = (spoilt: boolean) => (spoilt ? 'a forgery was accepted' : undefined);
  return [
    { name: 'sealed blobs', share: 4, seeds: blobs, read: (input, spoilt) => (open(key, context, input), accepted(spoilt)) },
    { name: 'manifest roots', share: 2, seeds: roots, read: (input, spoilt) => (openRoot(key, userId, input), accepted(spoilt)) },
    { name: 'padding', share: 2, seeds: [pad(body), pad(Buffer.alloc(0))], read: (input) => (unpad(input), undefined) },
    { name: 'bodies', share: 2, seeds: [body], read: (input) => (decodeBody(input), undefined) },
    {
      name: 'headers and keys',
      share: 1,
      seeds: [random.bytes(46), random.bytes(160)],
      read: (input) => (input.length === 46 ? decodeHeader(input) : decodeKeys(input), undefined),
    },
  ];
}

const names = [
  'github.com',
  'https://user:secret@a.example.co.uk:8443/x?y#z',
  'http://[::1]:80/',
  'WORK/db',
  'xn--bcher-kva.example',
  'a.b.c.d.e.f',
  'android://x@com.example/',
  '127.0.0.1:8200',
];

const textTargets: readonly Target[] = [
  {
    name: 'names, hosts and URLs',
    share: 4,
    seeds: names,
    read: (input) => {
      const text = textOf(input);
      const { name, url } = reduceName(text);
      parseSite(text);
      registrableDomain(queryHost(text)?.hostname ?? text);
      parents(text);
      querySteps({ website: text, username: text });
      lookupTerms({ name, urls: [text] });
      const shown = withoutPassword(text);
      return url !== null && (urlOf(shown)?.password ?? '') !== '' ? 'a password was left in a URL' : undefined;
    },
  },
  {
    name: 'patterns',
    share: 2,
    seeds: ['work/*', '*a*b*c*d?', '****?'],
    read: (input) => (namePattern(textOf(input))('work/a-long-name-of-an-entry'.repeat(8)), undefined),
  },
  {
    name: 'otpauth URIs',
    share: 3,
    seeds: [
      'otpauth://totp/a:b?secret=JBSWY3DPEHPK3PXP&algorithm=SHA256&digits=8&period=60',
      'otpauth://steam/x?secret=GEZDGNBVGY3TQOJQ',
      'jbsw y3dp ehpk 3pxp',
    ],
    read: (input) => {
      const uri = normalizeTotp(textOf(input));
      const { code } = totpCode(uri, 1_700_000_000_000);
      return normalizeTotp(uri) === uri && /^[0-9A-Z]{5,10}$/.test(code) ? undefined : 'it was accepted, and gives no code';
    },
  },
  {
    name: 'references',
    share: 3,
    seeds: ['vault://github.com/password', 'vault://work%2Fdb?username=me/dsn', 'vault://a/field%20name'],
    read: (input) => {
      const reference = parseReference(textOf(input));
      return JSON.stringify(parseReference(formatReference(reference))) === JSON.stringify(reference)
        ? undefined
        : 'it is another when written and read again';
    },
  },
  {
    name: 'recovery kits',
    share: 2,
    seeds: [encodeRecoveryKit(newRecoveryKit(Buffer.alloc(16, 1)))],
    read: (input) => {
      const kit = decodeRecoveryKit(textOf(input));
      return decodeRecoveryKit(encodeRecoveryKit(kit)).secret.equals(kit.secret) ? undefined : 'it is another when written and read again';
    },
  },
  {
    name: 'configuration',
    share: 1,
    seeds: ['{"kdf":{"memoryMiB":256,"iterations":3,"parallelism":4},"port":8200,"generate":{"length":20}}'],
    read: (input) => (readConfig(parseConfigText(textOf(input))), undefined),
  },
  {
    name: 'rules of sites',
    share: 1,
    seeds: ['minlength: 8; maxlength: 20; required: lower; allowed: [-~]; max-consecutive: 2;'],
    read: (input) => (parseRules(textOf(input)), undefined),
  },
  {
    name: 'master passwords',
    share: 1,
    seeds: ['correct horse', 'Zu\u0308rich'],
    read: (input) => (passwordBytes(textOf(input)), undefined),
  },
  {
    name: 'lines of imports',
    share: 2,
    seeds: [
      '{"name":"a","username":"u","password":"p","urls":["https://a"],"fields":[{"name":"f","value":"v","hidden":true}],"tags":["t"],"createdAt":"2020-01-01T00:00:00.000Z"}',
    ],
    read: (input) => {
      try {
        importedEntry.safeParse(JSON.parse(textOf(input)));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
      return undefined;
    },
  },
  {
    name: "other programs' files",
    share: 1,
    seeds: [
      '{"encrypted":false,"folders":[{"id":"f","name":"F"}],"items":[{"type":1,"name":"a","folderId":"f","notes":"n","fields":[{"name":"x","value":"y","type":1}],"login":{"username":"u","password":"p","totp":"GEZDGNBVGY3TQOJQ","uris":[{"uri":"https://a"}]}}]}',
      'folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\nF,1,login,a,"n,\n""x""",x: y,0,https://a,u,p,\n',
      '"Group","Title","Username","Password","URL","Notes","TOTP","Icon","Last Modified","Created"\n"Root","a","u","p","https://a","n","","0","2020-01-01T00:00:00Z","2020-01-01T00:00:00Z"\n',
      'name,url,username,password,note\na,https://a,u,p,n\n',
      'url,username,password,totp,extra,name,grouping,fav\nhttps://a,u,p,,n,a,F,0\n',
      'url,username,password,httpRealm,formActionOrigin,guid,timeCreated,timeLastUsed,timePasswordChanged\nhttps://a,u,p,r,https://b,{1},1600000000000,,1650000000123\n',
      'Title,URL,Username,Password,Notes,OTPAuth\na,https://a,u,p,n,otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ\n',
      'username,username2,username3,title,password,note,url,category,otpUrl\nu,v,w,T,p,n,https://t,F,GEZDGNBVGY3TQOJQ\n',
      'Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\nT,https://a,u,p,,true,false,a;b,n\n',
      'type,name,url,email,username,password,note,totp,createTime,modifyTime,vault\nlogin,L,"https://a, https://b",e,u,p,n,,1600000000,1700000000,F\n',
      'name,url,username,password,note,cardholdername,cardnumber,cvc,expirydate,zipcode,folder,type,custom_fields,additional_urls\na,https://a,u,p,n,,,,,,F,password,"[{""label"":""x"",""value"":""y""}]","[""https://b""]"\n',
      'Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2\nT,https://a,,u,p,,/F,"User ID$,,,txt,u"\n',
      '<?xml version="1.0"?><KeePassFile><Root><Group><Name>R</Name><Entry><String><Key>Title</Key><Value>T</Value></String><String><Key>Password</Key><Value>{REF:T@I:00000000000000000000000000000001}</Value></String></Entry></Group></Root></KeePassFile>',
    ],
    read: async (input) => {
      const source = bytesSource(input, 'file');
      let format = fileFormats.find((each) => each.recognises(source));
      format ??= detectFormat(source);
      const options = {
        filePassword: () => Promise.resolve(null),
        keyFile: null,
        argon2: () => Promise.resolve(Buffer.alloc(32)),
        now: 0,
        unescapeHtml: false,
      };
      let results = 0;
      for await (const _ of format.read(source, options)) results += 1;
      return results > 100_000 ? 'a small file became a hundred thousand entries' : undefined;
    },
  },
];

/** Files of a password store, once gpg has opened them. */
const passStore: Target = {
  name: 'files of pass',
  share: 1,
  seeds: ['pw\n---\nlogin: me\nURL: https://a\npin: 1234\notpauth://totp/a?secret=GEZDGNBVGY3TQOJQ\n\nSome words.\nkey: no more\n'],
  read: async (input) => {
    const file = { path: 'work/db.gpg', read: () => input };
    let results = 0;
    for await (const _ of readPassStore([file], { decrypt: (message) => Promise.resolve(message) })) results += 1;
    return results === 0 ? 'a file of the store was passed over in silence' : undefined;
  },
};

const pieces = [
  '\u0000',
  '%',
  '%2',
  '%00',
  '//',
  '?',
  '#',
  '@',
  ':',
  '\\',
  '\u202e',
  '\ud83d',
  '{',
  '}',
  '[',
  '"',
  ',',
  ';',
  '\n',
  '*',
  '&',
  '=',
  '../',
  'A'.repeat(300),
  '\ufeff',
  '-1',
  '99999999999999999999',
  'constructor',
  '__proto__',
];

/** A sound input with a few things done to it. */
function spoil(seed: Buffer, random: Random): Buffer {
  let input = seed;
  for (let changes = random.between(1, 4); changes > 0; changes--) {
    const at = random.below(input.length + 1);
    const kind = random.below(6);
    if (kind === 0) input = input.subarray(0, at);
    else if (kind === 1) input = Buffer.concat([input.subarray(0, at), Buffer.from(random.pick(pieces)), input.subarray(at)]);
    else if (kind === 2) input = Buffer.concat([input.subarray(0, at), random.bytes(random.between(1, 8)), input.subarray(at)]);
    else if (kind === 3) input = Buffer.concat([input.subarray(0, at), input.subarray(random.below(input.length + 1))]);
    else if (kind === 4) input = Buffer.concat([input, input.subarray(at)]).subarray(0, 100_000);
    else if (at < input.length) {
      input = Buffer.from(input);
      input.writeUInt8(input.readUInt8(at) ^ (1 << random.below(8)), at);
    }
  }
  return input;
}

async function attempt(run: Run, { name, read }: Target, seed: Buffer, input: Buffer): Promise<void> {
  const began = workSeconds();
  const shown = () => `${name}: ${JSON.stringify(input.subarray(0, 200).toString('latin1'))}`;
  try {
    const problem = await read(input, !input.equals(seed));
    if (problem !== undefined) run.failed(`${shown()}: ${problem}`);
  } catch (error) {
    if (!(error instanceof VaultError)) run.failed(`${shown()}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
  }
  const took = workSeconds() - began;
  run.check(took < muchWork, `${shown()}: took ${took.toFixed(0)} s`);
  run.tried(name);
}

export const fuzz: Trial = {
  name: 'fuzz',
  what: 'sound references, otpauth URIs, names, URLs, patterns, sealed blobs, bodies, kits, configurations, import lines and files of other programs, each spoilt at random in a few places',
  passes: 'no crash (only our own errors), no hang, no accepted forgery',
  run: async (run) => {
    const targets = [...blobTargets(run.random), ...textTargets, passStore];
    const shares = targets.reduce((sum, { share }) => sum + share, 0);
    const prepared = targets.map((target) => ({ target, seeds: target.seeds.map((seed) => Buffer.from(seed)) }));
    for (const { target, seeds } of prepared) for (const seed of seeds) await attempt(run, target, seed, seed);
    // In turns, so that a run that is cut short has tried all of them.
    for (const _ of run.rounds(Math.ceil(1_000_000 / shares), Math.ceil(6000 / shares))) {
      for (const { target, seeds } of prepared) {
        for (let turn = 0; turn < target.share; turn++) {
          const seed = run.random.pick(seeds);
          await attempt(run, target, seed, spoil(seed, run.random));
        }
      }
    }
  },
};
