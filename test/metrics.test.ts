import { describe, expect, it } from 'vitest';
import { makeMetrics, type Stats } from '../src/metrics.ts';

const STATS: Stats = {
  turns: 12,
  duplicates: 3,
  backlog: [
    { role: 'worker', size: 5, oldestMs: 1500 },
    { role: 'sender', size: 0, oldestMs: 0 },
  ],
  deadLetters: [{ kind: 'event', count: 1 }],
  sends: [
    { channel: 'zalo', result: 'sent', count: 20 },
    { channel: 'zalo', result: 'send.windowClosed', count: 2 },
  ],
  doubts: [{ result: 'repeated', count: 2 }],
  paid: [{ channel: 'zalo', quota: 'sub_quota', count: 4 }],
  paused: [
    { channel: 'zalo', by: null },
    { channel: 'messenger', by: 'token.needsReauth' },
  ],
  stores: [{ store: 'redis', up: true }],
  leases: 16,
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
        'skb_sends_total{channel="zalo",result="sent"} 20',
        'skb_sends_total{channel="zalo",result="send.windowClosed"} 2',
        'skb_sends_in_doubt_total{result="repeated"} 2',
        'skb_paid_messages_total{channel="zalo",quota="sub_quota"} 4',
        'skb_channel_paused{channel="zalo"} 0',
        'skb_channel_paused{channel="messenger"} 1',
        'skb_channel_paused_by{channel="messenger",code="token.needsReauth"} 1',
        'skb_store_up{store="redis"} 1',
        'skb_leases_held 16',
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
    metrics.sent('messenger', 40);
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
        'skb_send_seconds_bucket{channel="messenger",le="0.05"} 1',
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
        'skb_leases_held 16',
      ]),
    );
  });

  it('tells the memory of the process and how late its event loop is', async () => {
    const text = await makeMetrics(() => Promise.resolve(STATS)).text();
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });
});
