/** Preloaded into the gateway: tells whoever started it how it is. */
export interface Vitals {
  /** Bytes, once everything superfluous is gone. */
  readonly heapUsed: number;
  readonly rss: number;
  /** Of the processor, since the start. */
  readonly cpuMs: number;
}

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  process.send?.({ heapUsed, rss, cpuMs: (user + system) / 1000 } satisfies Vitals);
});
// It is to end as it would without.
process.channel?.unref();
