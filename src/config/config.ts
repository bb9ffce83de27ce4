import { AppError } from '../base/errors.ts';
import { type MessengerConfig, readMessenger, readZalo, type ZaloConfig } from './channels.ts';
import type { Secret } from './secret.ts';
import { CHANNEL_VARIABLES, ROLES, VARIABLE_NAMES, type Role, type Values, variables } from './variables.ts';

/** Longer than a balancer takes to see that a process is not ready any more. */
const DRAIN_SECONDS = 3;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything the process was told from outside, checked. */
export type Config = {
  production: boolean;
  /** 0 = any free port. */
  port: number;
  host: string;
  /** Without a slash at the end; null = `http://localhost:<port>` with the port that was opened, see `publicUrlAt`. */
  publicUrl: string | null;
  /** Proxies in front of us whose `X-Forwarded-*` is believed. */
  trustProxy: number;
  /** How long webhooks are still taken after a SIGTERM, while `/readyz` says no. */
  drainMs: number;
  roles: ReadonlySet<Role>;
  dataDir: string;
  /** At least one store runs inside this process's own household, under `dataDir`. */
  embedded: boolean;
  /** Several `urls` are the nodes of one cluster. */
  redis: { type: 'embedded'; fsync: 'always' | 'everysec' } | { type: 'server'; urls: readonly Secret[] };
  mongo: { type: 'embedded' } | { type: 'server'; uri: Secret };
  partitions: number;
  /** Folder under `flowsDir`; null = the newest open one. */
  campaign: string | null;
  flowsDir: string;
  localesDir: string;
  /** null = channel off. */
  zalo: ZaloConfig | null;
  messenger: MessengerConfig | null;
  simulator: boolean;
  /** Epoch ms at which the clock starts; null = the real time. */
  clockAt: number | null;
  /** The first staff account; `generate` = make one and print it once. */
  admin: { email: string; password: Secret } | 'generate';
  /** Sign-in at another place besides; null = with a password only. */
  oidc: { issuer: string; clientId: string; clientSecret: Secret } | null;
  logLevel: string;
  /** `PATH`: where programs are looked for. */
  searchPath: string;
  /** Odd, but not wrong: for the log at start. */
  warnings: readonly string[];
};

/** Three days before a phase closes: `npm start` with nothing configured shows a campaign at work. */
const DEMO_CLOCK_AT = Date.parse('2022-05-28T08:00:00+07:00');
const OUR_PREFIXES = /^(ZALO|MESSENGER|GRAPH|REDIS|MONGODB|ADMIN|OIDC)_/;

/**
 * Reads the environment. Throws AppError `config.invalid` whose message has one line for each mistake, with the variable's
 * name and what to do, and no value of any variable.
 */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const values = readValues(env, problems);
  checkWholeChannels(env, problems);

  const production = values.NODE_ENV === 'production';
  const configured = (channel: keyof typeof CHANNEL_VARIABLES) =>
    CHANNEL_VARIABLES[channel].some((name) => env[name] !== undefined);
  const anyChannel = configured('Zalo') || configured('Messenger');
  const simulator = values.SIMULATOR ?? (!anyChannel && !production);
  const embedded = env['REDIS_URL'] === undefined || env['MONGODB_URI'] === undefined;

  if (production && values.SIMULATOR) {
    problems.push('SIMULATOR: not with NODE_ENV=production; remove it and configure a channel');
  }
  if (production && !anyChannel && env['SIMULATOR'] === undefined) {
    problems.push(
      'no channel is configured: set the ZALO_* or the MESSENGER_* variables (SIMULATOR is not for NODE_ENV=production)',
    );
  }
  if (production && env['CLOCK_AT'] !== undefined) {
    problems.push('CLOCK_AT: not with NODE_ENV=production; remove it');
  }
  checkAdmin(env, embedded, problems);
  checkOidc(env, problems);

  if (problems.length > 0) {
    throw new AppError('config.invalid', ['The configuration is not usable:', ...problems].join('\n  - '), {
      facts: { mistakes: problems.length },
    });
  }

  const demo = simulator && !anyChannel && env['REDIS_URL'] === undefined && env['MONGODB_URI'] === undefined;
  const clockAt = values.CLOCK_AT ?? (demo ? DEMO_CLOCK_AT : 'now');
  const host = values.HOST ?? (embedded ? '127.0.0.1' : '0.0.0.0');
  const roles = values.ROLES ?? new Set(ROLES);
  return {
    production,
    port: values.PORT ?? 3000,
    host,
    publicUrl: values.PUBLIC_URL ?? null,
    trustProxy: values.TRUST_PROXY ?? 0,
    drainMs: (values.DRAIN_SECONDS ?? (embedded ? 0 : DRAIN_SECONDS)) * 1000,
    roles,
    dataDir: values.DATA_DIR ?? '.data',
    embedded,
    redis: values.REDIS_URL
      ? { type: 'server', urls: values.REDIS_URL }
      : { type: 'embedded', fsync: values.REDIS_FSYNC ?? 'always' },
    mongo: values.MONGODB_URI ? { type: 'server', uri: values.MONGODB_URI } : { type: 'embedded' },
    partitions: values.PARTITIONS ?? 16,
    campaign: values.CAMPAIGN ?? null,
    flowsDir: values.FLOWS_DIR ?? 'flows',
    localesDir: values.LOCALES_DIR ?? 'locales',
    zalo: readZalo(values, simulator),
    messenger: readMessenger(values, simulator),
    simulator,
    clockAt: clockAt === 'now' ? null : clockAt,
    admin:
      values.ADMIN_EMAIL && values.ADMIN_PASSWORD
        ? { email: values.ADMIN_EMAIL, password: values.ADMIN_PASSWORD }
        : 'generate',
    oidc:
      values.OIDC_ISSUER && values.OIDC_CLIENT_ID && values.OIDC_CLIENT_SECRET
        ? { issuer: values.OIDC_ISSUER, clientId: values.OIDC_CLIENT_ID, clientSecret: values.OIDC_CLIENT_SECRET }
        : null,
    logLevel: values.LOG_LEVEL ?? 'info',
    searchPath: env['PATH'] ?? '',
    warnings: oddities(env, { production, embedded, simulator, host, roles }),
  };
}

/** The address people reach us at, once the port is open. */
export function publicUrlAt(config: Pick<Config, 'publicUrl'>, port: number): string {
  return config.publicUrl ?? `http://localhost:${port}`;
}

function readValues(env: Environment, problems: string[]): Values {
  const values: Record<string, unknown> = {};
  for (const name of VARIABLE_NAMES) {
    const raw = env[name];
    if (raw === undefined) continue;
    if (raw.trim() === '') {
      if (name !== 'NODE_ENV') problems.push(`${name}: is empty; give it a value or remove it`);
      continue;
    }
    const result = variables[name].safeParse(raw.trim());
    if (result.success) values[name] = result.data;
    else problems.push(`${name}: ${result.error.issues[0]?.message ?? 'cannot be read'}`);
  }
  return values as Values; // each value came out of the schema of its own name
}

function checkWholeChannels(env: Environment, problems: string[]): void {
  for (const [channel, names] of Object.entries(CHANNEL_VARIABLES)) {
    const missing = names.filter((name) => env[name] === undefined);
    if (missing.length === 0 || missing.length === names.length) continue;
    for (const name of missing) {
      problems.push(`${name}: is missing; ${channel} needs all of its variables, or none of them to be switched off`);
    }
  }
}

function checkAdmin(env: Environment, embedded: boolean, problems: string[]): void {
  const missing = (['ADMIN_EMAIL', 'ADMIN_PASSWORD'] as const).filter((name) => env[name] === undefined);
  if (missing.length === 0 || (embedded && missing.length === 2)) return;
  for (const name of missing) problems.push(`${name}: is missing; set the first staff account's e-mail and password`);
}

function checkOidc(env: Environment, problems: string[]): void {
  const names = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;
  const missing = names.filter((name) => env[name] === undefined);
  if (missing.length === names.length) return;
  for (const name of missing) problems.push(`${name}: is missing; sign-in by OpenID Connect needs all three, or none`);
}

function oddities(
  env: Environment,
  config: Pick<Config, 'production' | 'embedded' | 'simulator' | 'host' | 'roles'>,
): string[] {
  const known = new Set<string>(VARIABLE_NAMES);
  const found = Object.keys(env)
    .filter((name) => OUR_PREFIXES.test(name) && !known.has(name))
    .map((name) => `${name} is not a variable of ours and changes nothing`);
  if (config.embedded && config.roles.size < ROLES.length) {
    found.push(
      'ROLES leaves parts out, but no other process reaches the embedded stores: set REDIS_URL and MONGODB_URI',
    );
  }
  if (env['REDIS_URL'] !== undefined && env['REDIS_FSYNC'] !== undefined) {
    found.push('REDIS_FSYNC changes nothing beside REDIS_URL: set appendfsync where that Redis is set up');
  }
  if (config.simulator && !/^(127\.|localhost$|::1$|\[::1\]$)/.test(config.host)) {
    found.push('the simulator is open to the network: everyone who reaches HOST can write as anyone');
  }
  if (config.production && env['PUBLIC_URL'] === undefined) {
    found.push('PUBLIC_URL is not set: QR codes and links would lead to localhost');
  }
  return found;
}
