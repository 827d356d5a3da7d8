-- +goose Up
-- What was erased, why and by whom: to be seen by those who could read it. What
-- it said is gone.
CREATE TABLE erasures (
    referral_id TEXT NOT NULL PRIMARY KEY REFERENCES referrals (id),
    reason      TEXT NOT NULL,
    erased_by   TEXT NOT NULL,
    made_at     BIGINT NOT NULL
);
CREATE INDEX erasures_made ON erasures (made_at);
