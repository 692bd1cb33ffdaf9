-- A file that cannot be had for a while: since when, how often in a row, and when it is to be tried again.
ALTER TABLE jobs
  ADD COLUMN outages      integer NOT NULL DEFAULT 0,
  ADD COLUMN outage_since timestamptz,
  ADD COLUMN retry_at     timestamptz;
