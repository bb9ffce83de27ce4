import type { IncomingMessage } from 'node:http';
import { readBody, readJsonBody } from './respond.ts';

export type UploadedFile = { name: string; mime: string; bytes: Buffer };

/** A request to a stand-in, read. `path` begins behind the mount point; `query` holds the address's parameters. */
export type ApiRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** JSON value, or null. */
  json: unknown;
  /** Fields of a form, of either kind. */
  form: URLSearchParams;
  /** Files of a form by field. */
  uploads: ReadonlyMap<string, UploadedFile>;
};

const MAX_API_BYTES = 1024 * 1024;
const MAX_UPLOAD_BYTES = 40 * 1024 * 1024;

export async function readApiRequest(path: string, query: URLSearchParams, req: IncomingMessage): Promise<ApiRequest> {
  const type = req.headers['content-type'] ?? '';
  const isUpload = type.startsWith('multipart/form-data');
  const isForm = type.includes('x-www-form-urlencoded');
  const body = (await readBody(req, isUpload ? MAX_UPLOAD_BYTES : MAX_API_BYTES)) ?? Buffer.alloc(0);
  const { form, uploads } = await readForm(body, isUpload ? type : null);
  return {
    method: req.method ?? 'GET',
    path,
    query,
    headers: req.headers,
    json: isForm || isUpload ? null : readJsonBody(body),
    form: isForm ? new URLSearchParams(body.toString('utf8')) : form,
    uploads,
  };
}

/** `type` null: none. A form that cannot be read is an empty one. */
async function readForm(body: Buffer, type: string | null): Promise<Pick<ApiRequest, 'form' | 'uploads'>> {
  const form = new URLSearchParams();
  const uploads = new Map<string, UploadedFile>();
  if (type === null) return { form, uploads };
  const read = await new Response(new Uint8Array(body), { headers: { 'content-type': type } })
    .formData()
    .catch(() => null);
  for (const [field, value] of read ?? []) {
    if (typeof value === 'string') form.set(field, value);
    else uploads.set(field, { name: value.name, mime: value.type, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  return { form, uploads };
}
