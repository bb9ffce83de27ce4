import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { isPublicAddress } from './address.ts';

/** All addresses of a host name, called back as `dns.lookup` does. */
export type Resolve = (host: string, done: (error: Error | null, found: LookupAddress[]) => void) => void;

export const systemResolve: Resolve = (host, done) => lookup(host, { all: true }, done);

/** A URL led to an address that must not be reached from here. Trying again would give the same. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
}

/**
 * Connects only to addresses of the open internet. The very addresses that were checked are connected to, so a name that answers
 * differently the second time (DNS rebinding) gains nothing; one bad address among several refuses the name.
 */
export function guardedAgent(resolve: Resolve, connectMs: number): Agent {
  const guarded: LookupFunction = (host, { all }, done) =>
    resolve(host, (error, found) => {
      const [first] = found ?? []; // Node leaves it out beside an error
      if (error) done(error, '', 0);
      else if (!first || !found.every(({ address }) => isPublicAddress(address))) {
        done(new ForbiddenAddress('the host has no public address'), '', 0);
      } else if (all === true) done(null, found);
      else done(null, first.address, first.family);
    });
  const connect = buildConnector({ lookup: guarded, timeout: connectMs });
  return new Agent({
    pipelining: 0, // no connection is kept: the next download is mostly elsewhere
    connect(options, callback) {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      // Node asks no lookup for an address
      if (isIP(host) !== 0 && !isPublicAddress(host)) callback(new ForbiddenAddress('not a public address'), null);
      else connect(options, callback);
    },
  });
}

/** For origins that were configured: the stand-in platforms on this machine. */
export const plainAgent = (connectMs: number): Agent => new Agent({ pipelining: 0, connect: { timeout: connectMs } });
