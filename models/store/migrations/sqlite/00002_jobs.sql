-- +goose Up
-- Outgoing work, promised in the transaction of an act. Ids only.
CREATE TABLE jobs (
    id           TEXT NOT NULL PRIMARY KEY,
    queue        TEXT NOT NULL,
    kind         TEXT NOT NULL,
    referral_id  TEXT NOT NULL DEFAULT '',
    recipient_id TEXT NOT NULL DEFAULT '',
    object       TEXT NOT NULL DEFAULT '',
    attempts     INTEGER NOT NULL DEFAULT 0,
    made_at      BIGINT NOT NULL,
    due_at       BIGINT NOT NULL,
    leased_by    TEXT NOT NULL DEFAULT '',
    done_at      BIGINT NOT NULL DEFAULT 0,
    dead_at      BIGINT NOT NULL DEFAULT 0,
    fault        TEXT NOT NULL DEFAULT ''
);
CREATE INDEX jobs_due ON jobs (queue, due_at, id) WHERE done_at = 0 AND dead_at = 0;
CREATE INDEX jobs_dead ON jobs (dead_at, id) WHERE dead_at > 0;
CREATE INDEX jobs_done ON jobs (done_at) WHERE done_at > 0;
CREATE INDEX jobs_referral ON jobs (referral_id) WHERE referral_id <> '';

-- Which clock has rung for which moment: each does so once.
CREATE TABLE clock_rings (
    referral_id TEXT NOT NULL REFERENCES referrals (id),
    clock       TEXT NOT NULL,
    due         BIGINT NOT NULL,
    rung_at     BIGINT NOT NULL,
    PRIMARY KEY (referral_id, clock, due)
);

-- The referrals whose clock runs, and the drafts that say danger.
CREATE INDEX referrals_running ON referrals (next_due) WHERE next_due > 0;
CREATE INDEX referrals_danger_drafts ON referrals (changed_at) WHERE state = 'draft' AND urgency = 'immediate';
