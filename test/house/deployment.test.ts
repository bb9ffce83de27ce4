import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config/config.ts';
import { ROLES, VARIABLE_NAMES } from '../../src/config/variables.ts';
import { root } from './sources.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** A filled-in `.env` of a deployment: every line of the example that a deployment needs. */
function exampleValues(wanted: RegExp): Record<string, string> {
  const lines = [...read('.env.example').matchAll(/^#([A-Z_]+)=(.*)$/gm)].map((match) => [
    match[1] ?? '',
    match[2] ?? '',
  ]);
  return Object.fromEntries(lines.filter(([name]) => wanted.test(name ?? '')));
}

describe('.env.example', () => {
  it('names every variable that is read, and no other', () => {
    expect(Object.keys(exampleValues(/./)).sort()).toEqual([...VARIABLE_NAMES].sort());
  });

  it('holds values that are accepted as they stand, and sets none of them', () => {
    expect(() => readConfig({ ...exampleValues(/^(?!NODE_ENV$)/) })).not.toThrow();
    expect(
      read('.env.example')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#')),
    ).toEqual([]);
  });
});

/** The part of the compose file format that we use, strict: a misspelt key is found. Source: compose-spec, schema. */
const healthcheck = z.strictObject({
  test: z.array(z.string()).min(2),
  interval: z.string(),
  timeout: z.string(),
  retries: z.number(),
  start_period: z.string().optional(),
});
const service = z.strictObject({
  build: z.literal('.').optional(),
  image: z.string(),
  command: z.array(z.string()).optional(),
  env_file: z.literal('.env').optional(),
  environment: z.record(z.string(), z.string()).optional(),
  restart: z.literal('unless-stopped'),
  stop_grace_period: z.string().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  deploy: z.strictObject({ replicas: z.number() }).optional(),
  healthcheck: healthcheck.optional(),
});
const compose = z
  .object({ name: z.string(), services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .catchall(z.unknown())
  .parse(parse(read('compose.yaml'), { merge: true }));

const ours = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
const stores = Object.entries(compose.services).filter(([, { build }]) => build === undefined);

describe('compose.yaml', () => {
  it('runs every role, two workers, and one container of each other part', () => {
    expect(new Set(ours.map(([, { environment }]) => environment?.['ROLES']))).toEqual(new Set(ROLES));
    expect(ours.filter(([, { deploy }]) => deploy).map(([name, { deploy }]) => [name, deploy?.replicas])).toEqual([
      ['worker', 2],
    ]);
  });

  it.each(ours)('%s starts with a filled-in .env, without an oddity', (_, { environment }) => {
    const filled = exampleValues(/^(ZALO_|MESSENGER_|ADMIN_|PUBLIC_URL)/);
    const config = readConfig({ ...filled, ...environment });
    expect(config).toMatchObject({
      production: true,
      embedded: false,
      simulator: false,
      warnings: [],
      host: '0.0.0.0',
      port: 3000,
    });
    for (const name of Object.keys(environment ?? {})) expect(VARIABLE_NAMES).toContain(name);
  });

  it.each(ours)('%s waits for both stores and runs without rights it does not need', (_, part) => {
    expect(Object.keys(part.depends_on ?? {}).sort()).toEqual(['mongo', 'redis']);
    expect(part).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  it.each(stores)('%s is open to nobody outside, keeps its data, and tells its health', (_, store) => {
    expect(store.ports).toBeUndefined();
    expect(store.healthcheck).toBeDefined();
    const names = (store.volumes ?? []).map((volume) => volume.split(':')[0]);
    expect(names).toHaveLength(1);
    for (const name of names) expect(Object.keys(compose.volumes)).toContain(name);
  });

  it('Redis writes everything down and never evicts; MongoDB is a replica set that the bot asks for', () => {
    expect(compose.services['redis']?.command?.join(' ')).toContain('--appendonly yes');
    expect(compose.services['redis']?.command?.join(' ')).toContain('--maxmemory-policy noeviction');
    const set = /--replSet (\w+)/.exec(compose.services['mongo']?.command?.join(' ') ?? '')?.[1];
    for (const [, { environment }] of ours) expect(environment?.['MONGODB_URI']).toContain(`replicaSet=${set}`);
  });
});

describe('the image', () => {
  const lines = read('Dockerfile').split('\n');
  const copied = lines
    .filter((line) => /^COPY (?!--from)/.test(line))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));

  it('is made of files that are there and that the build may see', () => {
    const seen = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(seen).toContain(`!${path}`);
    }
    expect(seen).toHaveLength(new Set(copied).size);
  });

  it('runs the program itself as its first process, and not as root', () => {
    expect(lines.filter((line) => line.startsWith('CMD'))).toEqual(['CMD ["node", "dist/main.js"]']);
    expect(lines.lastIndexOf('USER node')).toBeGreaterThan(lines.findLastIndex((line) => line.startsWith('FROM')));
  });

  it.each([
    [200, 0],
    [503, 1],
  ])('finds itself well or not by asking itself: %i ends with %i', async (status, expected) => {
    const server = createServer((request, response) =>
      response.writeHead(request.url === '/healthz' ? status : 404).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    expect(await askHealth(port)).toBe(expected);
    await new Promise((resolve) => server.close(resolve));
    expect(await askHealth(port)).toBe(1);
  });
});

/** Runs the image's health check as Docker would, and gives its exit code. */
async function askHealth(port: string): Promise<number | null> {
  const command = /^ {2}CMD (\[.*\])$/m.exec(read('Dockerfile'))?.[1];
  const [program, ...args] = z.tuple([z.literal('node'), z.string(), z.string()]).parse(JSON.parse(command ?? ''));
  const child = spawn(program, args, { env: { ...process.env, PORT: port }, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
