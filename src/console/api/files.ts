import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { kindOf } from '../../base/file-kind.ts';
import { nameFor } from '../../base/file-name.ts';
import type { ProofFile } from '../../core/answers.ts';
import { parseContactId, type ContactId } from '../../core/contact.ts';
import { FILE_LIMITS, fileFault } from '../../core/file-limits.ts';
import type { FileStore } from '../../stores/mongo/files.ts';
import { ok, route, withStatus, type ConsoleRoute } from './route.ts';
import type { Uploaded, UploadRefused } from './types.ts';

/** Shown in the page; everything else is saved. What a browser cannot draw, or draws as a document, is not here. */
const SHOWN: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);

/** Files that people sent, and files for them. */
export function fileRoutes({ stores }: { stores: { files: FileStore } }): ConsoleRoute[] {
  const upload = route({
    method: 'POST',
    path: '/conversations/:contact/files',
    access: 'signedIn',
    scope: 'contact',
    audit: 'none', // nobody sees it before the act that sends it
    bodyAs: 'stream',
    query: z.object({ name: z.string().max(500).default('') }),
    async handle({ contact, query, req, res }) {
      const { channel } = parseContactId(contact._id as ContactId);
      const refused = (why: UploadRefused['why']) => {
        if (!req.complete) res.setHeader('connection', 'close');
        return withStatus(409, { why } satisfies UploadRefused);
      };
      const bytes = await readUpTo(req, Math.max(...FILE_LIMITS[channel].map(({ maxBytes }) => maxBytes)));
      if (!bytes) return refused('fileSize');
      if (bytes.length === 0) return refused('fileEmpty');
      const kind = await kindOf(bytes);
      const fault = kind ? fileFault(channel, { mime: kind.mime, size: bytes.length }) : 'type';
      if (!kind || fault) return refused(fault === 'size' ? 'fileSize' : 'fileType');
      const file: ProofFile = {
        fileId: randomUUID().replaceAll('-', ''),
        name: nameFor(kind.ending, [query.name]),
        mime: kind.mime,
        size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      };
      await stores.files.save(bytes, { ...file, contact: contact._id });
      return ok({ file } satisfies Uploaded);
    },
  });

  const download = route({
    method: 'GET',
    path: '/files/:contact/:fileId',
    access: 'signedIn',
    scope: 'contact',
    params: z.object({ contact: z.string(), fileId: z.string().regex(/^[\w-]{1,100}$/) }),
    async handle({ contact, params, req, res }) {
      const file = await stores.files.info(params.fileId);
      if (!file || file.contact !== contact._id) throw new AppError('console.notFound', 'no such file');
      const etag = `"${file.sha256}"`;
      const headers = {
        'cache-control': 'private, no-cache', // asked for each time, so that who may no longer see it does not
        etag,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      };
      if (req.headers['if-none-match'] === etag) {
        res.writeHead(304, headers).end();
        return { type: 'written' };
      }
      return {
        type: 'stream',
        headers: {
          ...headers,
          'content-type': file.mime,
          'content-length': String(file.size),
          'content-disposition': disposition(file.mime, file.name),
        },
        body: stores.files.open(file.fileId),
      };
    },
  });
  return [upload, download];
}

/** Source: RFC 6266 §4.3, RFC 8187: the plain name for old clients, the whole one for all others. */
function disposition(mime: string, name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const whole = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `${SHOWN.has(mime) ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${whole}`;
}

/** Null as soon as there is more. */
async function readUpTo(req: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) return null;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new AppError('console.badInput', 'the request broke off', { cause: error });
  }
  return Buffer.concat(chunks, size);
}
