-- The cloud path's tables. Only SQL that Postgres 15 knows: the same file runs on PGlite.

CREATE TABLE uploads (
  id           uuid PRIMARY KEY,
  user_id      text NOT NULL,
  provider     text NOT NULL CHECK (provider IN ('local', 'bunny')),
  -- The upload's name at its provider: the Bunny Stream guid, or the upload's own id.
  provider_ref text NOT NULL,
  object_key   text NOT NULL UNIQUE,
  filename     text NOT NULL,
  content_type text NOT NULL,
  size         bigint NOT NULL CHECK (size > 0),
  -- What to dub the file into as soon as it is there; null: POST /v1/jobs says it later.
  wish         jsonb,
  state        text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'arrived', 'failed', 'expired')),
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  arrived_at   timestamptz,
  UNIQUE (provider, provider_ref)
);
CREATE INDEX uploads_pending ON uploads (user_id) WHERE state = 'pending';

CREATE TABLE jobs (
  id            uuid PRIMARY KEY,
  user_id       text NOT NULL,
  upload_id     uuid NOT NULL REFERENCES uploads (id),
  target        text NOT NULL,
  wish          jsonb NOT NULL,
  status        text NOT NULL DEFAULT 'queued'
                CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  -- The fencing token: grows with every claim and never goes back.
  attempt       integer NOT NULL DEFAULT 0,
  -- Attempts that ended by a polite hand-back (SIGTERM): they do not count towards the dead letter.
  handed_back   integer NOT NULL DEFAULT 0,
  worker        text,
  lease_until   timestamptz,
  progress      jsonb,
  result        jsonb,
  report        jsonb,
  error_code    text,
  error_detail  text,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  finished_at   timestamptz,
  UNIQUE (upload_id, target)
);
CREATE INDEX jobs_of_user ON jobs (user_id, created_at DESC);
CREATE INDEX jobs_open ON jobs (created_at) WHERE status IN ('queued', 'running');

CREATE TABLE outbox (
  id         bigserial PRIMARY KEY,
  job_id     uuid NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at    timestamptz
);
CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL;

CREATE TABLE job_events (
  seq    bigserial PRIMARY KEY,
  job_id uuid NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  type   text NOT NULL,
  data   jsonb NOT NULL,
  at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX job_events_of_job ON job_events (job_id, seq);

CREATE TABLE webhook_events (
  provider text NOT NULL,
  guid     text NOT NULL,
  status   integer NOT NULL,
  at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (provider, guid, status)
);

CREATE TABLE checkpoints (
  job_id     uuid NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  name       text NOT NULL,
  attempt    integer NOT NULL,
  object_key text NOT NULL,
  bytes      bigint NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (job_id, name)
);

-- What a worker's attempt has uploaded; a job's result is chosen from these when it completes.
CREATE TABLE outputs (
  job_id       uuid NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  attempt      integer NOT NULL,
  name         text NOT NULL,
  object_key   text NOT NULL,
  bytes        bigint NOT NULL,
  sha256       text NOT NULL,
  content_type text NOT NULL,
  PRIMARY KEY (job_id, attempt, name)
);

CREATE TABLE usage (
  job_id  uuid PRIMARY KEY REFERENCES jobs (id),
  user_id text NOT NULL,
  -- Whole seconds of finished video.
  seconds integer NOT NULL CHECK (seconds >= 0),
  at      timestamptz NOT NULL DEFAULT now()
);

-- One AES-256 key per job, itself encrypted; deleting the row makes the job's checkpoints unreadable.
CREATE TABLE keys (
  job_id  uuid PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  wrapped text NOT NULL
);

-- One-use tickets for EventSource, which cannot send an Authorization header. Only their hash is kept.
CREATE TABLE tickets (
  hash       text PRIMARY KEY,
  user_id    text NOT NULL,
  job_id     uuid NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
