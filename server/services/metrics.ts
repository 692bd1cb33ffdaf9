import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Counters for Prometheus, of this process. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly uploadedBytes: Counter;
  readonly jobsEnded: Counter<'status'>;
  readonly streams: Gauge;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'octavia_http_request_seconds',
      help: 'Time until the response began.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
      registers,
    }),
    uploadedBytes: new Counter({
      name: 'octavia_uploaded_bytes',
      help: 'Bytes of finished uploads.',
      registers,
    }),
    jobsEnded: new Counter({
      name: 'octavia_jobs_ended',
      help: 'Jobs that ended.',
      labelNames: ['status'],
      registers,
    }),
    streams: new Gauge({ name: 'octavia_event_streams', help: 'Open event streams.', registers }),
  };
}
