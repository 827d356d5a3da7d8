-- +goose Up
-- A token of the machine interface acts as its account. Of it only a hash is
-- kept; role is what the account was when it was made. It counts once it is
-- approved, until it expires or is revoked.
CREATE TABLE api_tokens (
    id          TEXT NOT NULL PRIMARY KEY,
    hash        TEXT NOT NULL UNIQUE,
    user_id     TEXT NOT NULL REFERENCES users (id),
    role        TEXT NOT NULL,
    label       TEXT NOT NULL,
    scopes      TEXT NOT NULL,
    made_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    approved_by TEXT NOT NULL DEFAULT '',
    approved_at BIGINT NOT NULL DEFAULT 0,
    revoked_by  TEXT NOT NULL DEFAULT '',
    revoked_at  BIGINT NOT NULL DEFAULT 0,
    last_day    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX api_tokens_of ON api_tokens (user_id);

-- A token that waits for a second person is a proposal like any other; one for
-- it keeps none for its account from being made.
ALTER TABLE proposals ADD COLUMN token_id TEXT NOT NULL DEFAULT '';
DROP INDEX proposals_open;
CREATE UNIQUE INDEX proposals_open ON proposals (user_id, token_id) WHERE verdict = '';

-- What was answered to an act of the machine interface, by its idempotency key:
-- while status is 0 the act is under way, or was cut off. Key and body stand
-- here as digests that only the holder of the token can compute.
CREATE TABLE api_answers (
    token_id   TEXT NOT NULL REFERENCES api_tokens (id),
    key_hash   TEXT NOT NULL,
    body_hash  TEXT NOT NULL,
    claim      TEXT NOT NULL,
    claimed_at BIGINT NOT NULL,
    status     INTEGER NOT NULL DEFAULT 0,
    answer     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (token_id, key_hash)
);
CREATE INDEX api_answers_age ON api_answers (claimed_at);

-- Files that the command line made of many referrals, for those to see who
-- decide on who reads.
CREATE TABLE exports (
    id        TEXT NOT NULL PRIMARY KEY,
    kind      TEXT NOT NULL,
    referrals BIGINT NOT NULL,
    digest    TEXT NOT NULL,
    made_by   TEXT NOT NULL,
    made_at   BIGINT NOT NULL
);
CREATE INDEX exports_made ON exports (made_at);

CREATE INDEX referrals_handed ON referrals (forwarded_at, ref) WHERE forwarded_at > 0;
