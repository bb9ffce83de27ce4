import { AppError, describeError } from './base/errors.ts';
import { makeLog } from './base/log.ts';
import { startApp, type App } from './app.ts';
import { readConfig, type Config } from './config/config.ts';
import { readEnvironment } from './config/environment.ts';

/** Longer than any running turn or send may take at a stop. Source: contract.md, Stop. */
const STOP_LIMIT_MS = 9500;

async function main(): Promise<void> {
  const config = readConfig(readEnvironment('.env'));
  const log = makeLog(config.logLevel);
  for (const warning of config.warnings) log.warn({}, warning);
  const app = await startApp(config, log);
  log.info({ port: app.port, roles: [...config.roles] }, 'started');
  if (process.stdout.isTTY || config.embedded) greet(app, config);

  let stopping = false;
  const stop = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error({}, 'did not stop in time');
      process.exit(1);
    }, STOP_LIMIT_MS).unref();
    // whoever stops it by hand at a terminal waits for no load balancer
    app.close(signal === 'SIGTERM' ? config.drainMs : 0).then(
      () => {
        log.info({}, 'stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error(describeError(error), 'stopped with an error');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
}

/** The links, for whoever started it by hand. */
function greet(app: App, config: Config): void {
  const lines = [
    '',
    '  Sang Kien Bot',
    ...(config.simulator ? [`  Simulator   ${app.url}/simulator`, `  QR page     ${app.url}/q/1TR-84`] : []),
    ...(app.admin ? consoleLines(app.url, app.admin) : []),
    `  Health      ${app.url}/healthz · ${app.url}/readyz · ${app.url}/metrics`,
    ...(config.clockAt === null ? [] : [`  Clock       ${new Date(app.clock.now()).toISOString()} (CLOCK_AT)`]),
    '',
  ];
  console.log(lines.join('\n'));
}

/** The first sign-in is shown once: only its digest is kept. */
function consoleLines(url: string, { email, password }: NonNullable<App['admin']>): string[] {
  const signIn =
    password === null ? `${email} (password: as shown at the first start, or as set)` : `${email}  ${password}`;
  return [`  Console     ${url}/console`, `  Sign in     ${signIn}`];
}

process.on('unhandledRejection', (error) => {
  console.error(JSON.stringify({ level: 60, msg: 'unhandled rejection', ...describeError(error) }));
  process.exit(1);
});

main().catch((error: unknown) => {
  // what a person can mend is told as it stands; the rest with its stack
  if (error instanceof AppError) console.error(`${error.message}`);
  else console.error(error);
  process.exit(1);
});
