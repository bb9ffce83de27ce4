import { z } from 'zod';
import { secret, type Secret } from './secret.ts';

export const ROLES = ['web', 'worker', 'sender', 'jobs'] as const;
export type Role = (typeof ROLES)[number];

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** The message of every schema says what to write, and never repeats the value: it may be a secret in the wrong place. */
function word(advice: string): z.ZodType<string> {
  return z.string().regex(/^[^\s:]+$/, advice);
}

function secretWord(advice: string): z.ZodType<Secret> {
  return z.string().regex(/^\S+$/, advice).transform(secret);
}

function wholeNumber(min: number, max: number): z.ZodType<number> {
  const advice = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, advice)
    .transform(Number)
    .refine((n) => n >= min && n <= max, advice);
}

const onOff = z
  .string()
  .toLowerCase()
  .regex(/^(on|off|true|false|1|0|yes|no)$/, 'must be on or off')
  .transform((value) => /^(on|true|1|yes)$/.test(value));

function isPlainUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
}

/** As it is written: an issuer with a slash at its end is another one. */
function isIssuer(value: string): boolean {
  if (!isPlainUrl(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

/** http or https without sign-in, query or fragment; given back without a slash at the end. */
const baseUrl = z
  .string()
  .refine(isPlainUrl, 'must be an http:// or https:// address without sign-in, query or fragment')
  .transform((value) => value.replace(/\/+$/, ''));

/** One node, or several of a cluster. `/path/to/socket` is a unix socket. */
const redisUrls = z
  .string()
  .transform((value) => value.split(',').map((node) => node.trim()))
  .refine(
    (nodes) =>
      nodes.every((node) => /^\/\S+$/.test(node) || (URL.canParse(node) && /^rediss?:\/\/[^/]/.test(node))) &&
      (nodes.length === 1 || nodes.every((node) => node.startsWith('redis'))),
    'must be redis://host:port or rediss://host:port (several nodes of a cluster parted by commas), or the path of a socket',
  )
  .transform((nodes) => nodes.map(secret));

/** Several hosts may stand in one URI, which the URL class cannot read. */
const mongoUri = z
  .string()
  .regex(/^mongodb(\+srv)?:\/\/[^\s/]+(\/\S*)?$/, 'must begin with mongodb:// or mongodb+srv:// and name a host')
  .transform(secret);

const roles = z
  .string()
  .transform((value) => value.split(',').map((role) => role.trim()))
  .refine(
    (names) => names.every((name) => (ROLES as readonly string[]).includes(name)),
    `must be one or more of ${ROLES.join(',')}, parted by commas`,
  )
  .transform((names): ReadonlySet<Role> => new Set(names as Role[])); // checked just above

/** Epoch ms, or `now` for the real clock. */
const instant = z
  .string()
  .refine(
    (value) => value === 'now' || z.iso.datetime({ offset: true }).safeParse(value).success,
    'must be an instant with its offset such as 2022-05-28T08:00:00+07:00, or now',
  )
  .transform((value): number | 'now' => (value === 'now' ? 'now' : Date.parse(value)));

const folder = z.string().regex(/^[^\0]+$/, 'must be a folder');
const zaloId = word('must be the id shown by Zalo, without spaces');
const metaId = word('must be the id shown by Meta, without spaces');
const oneWord = secretWord('must be one word without spaces or line breaks');

/** Every variable we read. Where the value can be left out, the default stands in `config.ts`. */
export const variables = {
  NODE_ENV: z.string(),
  PORT: wholeNumber(0, 65_535),
  HOST: z.string().regex(/^[\w.:%[\]-]+$/, 'must be a host name or an IP address'),
  PUBLIC_URL: baseUrl,
  TRUST_PROXY: wholeNumber(0, 10),
  DRAIN_SECONDS: wholeNumber(0, 6), // what else a stop takes must fit into 10 s with it
  ROLES: roles,
  DATA_DIR: folder,
  REDIS_URL: redisUrls,
  REDIS_FSYNC: z.enum(['always', 'everysec'], 'must be always or everysec'),
  MONGODB_URI: mongoUri,
  PARTITIONS: wholeNumber(1, 1024),
  CAMPAIGN: z.string().regex(/^[\w.-]+$/, 'must be the name of a folder under FLOWS_DIR'),
  FLOWS_DIR: folder,
  LOCALES_DIR: folder,
  ZALO_APP_ID: zaloId,
  ZALO_OA_ID: zaloId,
  ZALO_OA_SECRET: oneWord,
  ZALO_APP_SECRET: oneWord,
  ZALO_REFRESH_TOKEN: oneWord,
  ZALO_ACCESS_TOKEN: oneWord,
  ZALO_API_URL: baseUrl,
  ZALO_OAUTH_URL: baseUrl,
  ZALO_BUSINESS_URL: baseUrl,
  ZALO_BUTTONS: onOff,
  MESSENGER_PAGE_ID: metaId,
  MESSENGER_APP_ID: metaId,
  MESSENGER_APP_SECRET: oneWord,
  MESSENGER_VERIFY_TOKEN: oneWord,
  MESSENGER_PAGE_TOKEN: oneWord,
  MESSENGER_SENDS_PER_SECOND: wholeNumber(1, 100_000),
  ZALO_SENDS_PER_SECOND: wholeNumber(1, 100_000),
  ZALO_BROADCASTS_PER_SECOND: wholeNumber(1, 100_000),
  MESSENGER_BROADCASTS_PER_SECOND: wholeNumber(1, 100_000),
  GRAPH_API_URL: baseUrl,
  GRAPH_API_VERSION: z
    .string()
    .regex(/^v?\d{1,3}\.\d{1,2}$/, 'must be a version of the Graph API such as 25.0')
    .transform((value) => value.replace(/^v/, '')),
  SIMULATOR: onOff,
  CLOCK_AT: instant,
  ADMIN_EMAIL: z.email('must be an e-mail address'),
  ADMIN_PASSWORD: z.string().min(10, 'must have at least 10 characters').transform(secret),
  OIDC_ISSUER: z
    .string()
    .refine(isIssuer, 'must be the https:// address of an OpenID Connect issuer (http:// on this machine only)'),
  OIDC_CLIENT_ID: word('must be the id that the issuer knows us by, without spaces'),
  OIDC_CLIENT_SECRET: oneWord,
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`),
} as const;

export type VariableName = keyof typeof variables;
export type Values = { [Name in VariableName]?: z.infer<(typeof variables)[Name]> };
export const VARIABLE_NAMES = Object.keys(variables) as VariableName[]; // the keys of the table above

/** What a channel cannot do without: all of them or none. */
export const CHANNEL_VARIABLES = {
  Zalo: ['ZALO_APP_ID', 'ZALO_OA_ID', 'ZALO_OA_SECRET', 'ZALO_APP_SECRET', 'ZALO_REFRESH_TOKEN', 'ZALO_ACCESS_TOKEN'],
  Messenger: [
    'MESSENGER_PAGE_ID',
    'MESSENGER_APP_ID',
    'MESSENGER_APP_SECRET',
    'MESSENGER_VERIFY_TOKEN',
    'MESSENGER_PAGE_TOKEN',
  ],
} as const satisfies Record<string, readonly VariableName[]>;
