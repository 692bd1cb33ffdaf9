-- What was finished has been used, also when its job is removed.
ALTER TABLE usage DROP CONSTRAINT usage_job_id_fkey;

CREATE INDEX uploads_of_user ON uploads (user_id);
CREATE INDEX jobs_ended ON jobs (finished_at) WHERE finished_at IS NOT NULL;
