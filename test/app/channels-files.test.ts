import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeChannels } from '../../src/app-channels.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { readConfig } from '../../src/config/config.ts';
import { contactId } from '../../src/core/contact.ts';
import { startFakePlatform, type FakePlatform, type Upload } from '../support/fake-platform.ts';
import { openTestMongo, type TestMongo } from '../support/mongo.ts';

let platform: FakePlatform;
let mongo: TestMongo;
beforeAll(async () => {
  [platform, mongo] = await Promise.all([startFakePlatform(), openTestMongo()]);
});
afterAll(() => Promise.all([mongo.close(), platform.close()]));

it('a file that staff attached goes from the store to the platform, byte by byte', async () => {
  const channel = makeChannels(readConfig({}), mongo, platform.url, systemClock, silentLog).get('messenger')!;
  const contact = contactId('messenger', '1', '24680');
  // longer than one chunk of the store
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 251));
  const file = { fileId: 'f1', name: 'thể lệ.pdf', mime: 'application/pdf', sha256: '', contact };
  await mongo.stores.files.save(bytes, file);
  const [message] = channel.render({ text: '', options: [], file: { ...file, size: bytes.length } });
  expect(await channel.send(contact, message!, 'row-1')).toMatchObject({ type: 'sent' });
  expect((platform.calls[0]?.body as Upload | undefined)?.['filedata']).toEqual({
    name: 'thể lệ.pdf',
    mime: 'application/pdf',
    bytes,
  });
  const [gone] = channel.render({ text: '', options: [], file: { ...file, fileId: 'f2', size: 5 } });
  expect(await channel.send(contact, gone!, 'row-2')).toMatchObject({ code: 'file.missing' });
  await channel.close?.();
});
