import { describe, expect, it } from 'vitest';
import type { SendResult } from '../src/channels/channel.ts';
import { contactId } from '../src/core/contact.ts';
import { makeMetrics, type Stats } from '../src/metrics.ts';

const STATS: Stats = {
  worker: {
    turns: 12,
    duplicates: 3,
    dead: 1,
    commits: 9,
    requestRetries: 0,
    unreadableSessions: 0,
    partitions: 16,
    pending: 0,
    waiting: 0,
  },
  sender: {
    sent: 20,
    failed: 2,
    withdrawn: 1,
    retried: 4,
    proven: 0,
    resent: 0,
    partitions: 8,
    pending: 3,
    shut: { messenger: 'token.needsReauth' },
  },
  jobs: null,
  backlog: [
    { role: 'worker', size: 5, oldestMs: 1500 },
    { role: 'sender', size: 0, oldestMs: 0 },
  ],
  stores: [{ store: 'redis', up: true }],
};

/** The samples of the product, without help and type lines and without those of Node. */
const ours = (text: string) => text.split('\n').filter((line) => line.startsWith('skb_'));

describe('a scrape', () => {
  it('shows what the parts counted', async () => {
    const lines = ours(await makeMetrics(() => Promise.resolve(STATS)).text());
    expect(lines).toEqual(
      expect.arrayContaining([
        'skb_turns_total 12',
        'skb_duplicates_total 3',
        'skb_backlog{role="worker"} 5',
        'skb_backlog_oldest_seconds{role="worker"} 1.5',
        'skb_dead_letters_total{kind="event"} 1',
        'skb_dead_letters_total{kind="row"} 2',
        'skb_outbox_rows_total{outcome="retried"} 4',
        'skb_channel_paused{channel="messenger",code="token.needsReauth"} 1',
        'skb_store_up{store="redis"} 1',
        'skb_leases_held{role="worker"} 16',
        'skb_leases_held{role="sender"} 8',
        'skb_stats_failed 0',
      ]),
    );
  });

  it('shows the same counts again when asked twice', async () => {
    const metrics = makeMetrics(() => Promise.resolve(STATS));
    metrics.webhook('zalo', 200, 3);
    const first = ours(await metrics.text());
    expect(ours(await metrics.text())).toEqual(first);
  });

  it('sorts times of answers under their bounds, in seconds', async () => {
    const metrics = makeMetrics(() => Promise.resolve(STATS));
    metrics.webhook('zalo', 200, 2);
    metrics.webhook('zalo', 200, 3);
    metrics.webhook('zalo', 401, 9000);
    const lines = ours(await metrics.text());
    expect(lines).toEqual(
      expect.arrayContaining([
        'skb_webhooks_total{channel="zalo",status="200"} 2',
        'skb_webhooks_total{channel="zalo",status="401"} 1',
        'skb_webhook_ack_seconds_bucket{channel="zalo",le="0.001"} 0',
        'skb_webhook_ack_seconds_bucket{channel="zalo",le="0.002"} 1',
        'skb_webhook_ack_seconds_bucket{channel="zalo",le="0.005"} 2',
        'skb_webhook_ack_seconds_bucket{channel="zalo",le="5"} 2',
        'skb_webhook_ack_seconds_bucket{channel="zalo",le="+Inf"} 3',
        'skb_webhook_ack_seconds_count{channel="zalo"} 3',
        'skb_webhook_ack_seconds_sum{channel="zalo"} 9.005',
      ]),
    );
  });

  it('answers when a store is down, with what was last known and what this process counts by itself', async () => {
    let down = false;
    const metrics = makeMetrics(() => (down ? Promise.reject(new Error('down')) : Promise.resolve(STATS)));
    await metrics.text();
    down = true;
    metrics.turn(12);
    const lines = ours(await metrics.text());
    expect(lines).toEqual(
      expect.arrayContaining([
        'skb_stats_failed 1',
        'skb_turn_seconds_count 1',
        'skb_turns_total 12',
        'skb_leases_held{role="worker"} 16',
      ]),
    );
  });

  it('counts what became of sends, and what was not free', async () => {
    const results: SendResult[] = [
      { type: 'sent', messageId: '1' },
      { type: 'sent', messageId: '2', paid: 'sub_quota' },
      { type: 'failed', code: 'send.throttled', retry: 'later', scope: 'channel', maxTries: 5, platformCode: '-32' },
    ];
    const metrics = makeMetrics(() => Promise.resolve(STATS));
    const channel = metrics.counted({
      name: 'zalo',
      verify() {},
      parse: () => ({ events: [], ignored: [], unreadable: [], notices: [] }),
      render: () => [],
      describe: () => '',
      limits: { concurrency: 1, perSecond: 1, echoWaitMs: 0 },
      send: () => Promise.resolve(results[0] as SendResult),
    });
    while (results.length > 0) {
      expect(await channel.send(contactId('zalo', '1', '2'), {}, 'row')).toBe(results[0]);
      results.shift();
    }
    metrics.sent('zalo', 40);
    expect(ours(await metrics.text())).toEqual(
      expect.arrayContaining([
        'skb_sends_total{channel="zalo",result="sent"} 2',
        'skb_sends_total{channel="zalo",result="send.throttled"} 1',
        'skb_paid_messages_total{channel="zalo",quota="sub_quota"} 1',
        'skb_send_seconds_bucket{channel="zalo",le="0.05"} 1',
      ]),
    );
  });

  it('tells the memory of the process and how late its event loop is', async () => {
    const text = await makeMetrics(() => Promise.resolve(STATS)).text();
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });
});
