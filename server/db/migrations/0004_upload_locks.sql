-- Which process works on an upload's bytes, when several share one folder.
CREATE TABLE upload_locks (
  upload_id uuid PRIMARY KEY,
  owner     uuid NOT NULL,
  until     timestamptz NOT NULL,
  -- Another process waits for it: its owner is to let go as soon as it can.
  wanted    boolean NOT NULL DEFAULT false
);
