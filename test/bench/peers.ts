import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LOAD_CORE, openFlows, productEnv, ROOT, startMongo, tempFolder } from './setting.ts';
import { startPinned } from './processes.ts';

// Ours beside the frameworks of ../shared/bench, in its own harness. Everything after `--` goes to its run.mjs:
//   node --import tsx test/bench/peers.ts -- --rounds 1 --levels 16,64
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bench: { type: 'string', default: join(ROOT, '../shared/bench') },
    /** A checkout that is built. */
    product: { type: 'string', default: ROOT },
    contenders: { type: 'string', default: 'bottender,xstate,limit,ours' },
  },
});

const root = resolve(options.product);
if (!existsSync(join(root, 'dist/main.js'))) throw new Error('build first: npm run build');
const folder = tempFolder();
const bench = join(folder, 'bench');
cpSync(options.bench, bench, { recursive: true });
spawnSync('chmod', ['-R', 'u+w', bench]);
if (spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: bench, stdio: 'inherit' }).status !== 0) {
  throw new Error('the packages of the peers could not be installed');
}

const mongo = await startMongo(join(root, 'dist'), join(folder, 'mongo'));
const own = [
  'NODE_ENV',
  'PUBLIC_URL',
  'ROLES',
  'FLOWS_DIR',
  'LOCALES_DIR',
  'CAMPAIGN',
  'ADMIN_EMAIL',
  'ADMIN_PASSWORD',
];
const env = productEnv(openFlows(root, folder), root);
const told = [...own, 'MESSENGER_SENDS_PER_SECOND', 'LOG_LEVEL'].map((name) => `${name}=${env[name] ?? ''}`);
told.push(`MONGODB_URI=${mongo.uri}`, `DATA_DIR=${join(folder, 'data')}`);
const args = ['run.mjs', '--contenders', options.contenders];
args.push('--ours-cmd', `env ${told.map((one) => `'${one}'`).join(' ')} node ${join(root, 'dist/main.js')}`);
args.push('--ours-cwd', root, '--ours-path', '/webhooks/messenger', '--ours-title', 'Sáng Kiến Bot');
args.push('--ours-script', join(ROOT, 'test/bench/ours-script.mjs'), ...positionals);
process.chdir(bench);
const run = startPinned(LOAD_CORE, ['node', ...args]);
run.child.stdout?.pipe(process.stdout);
run.child.stderr?.pipe(process.stderr);
await run.gone;
await mongo.process.stop();
process.exit(run.child.exitCode ?? 1);
