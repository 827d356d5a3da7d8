-- +goose Up
-- Signing in takes a code too; kept beside the account, because it is looked at
-- on every request.
ALTER TABLE users ADD COLUMN second_factor BOOLEAN NOT NULL DEFAULT FALSE;

-- The one invitation that an account has at most: a new one replaces it, using
-- it removes it. Of its token only the hash is kept.
CREATE TABLE invitations (
    user_id    TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    token_hash TEXT NOT NULL UNIQUE,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- The secret is sealed under a data key of its own, which is wrapped like a
-- referral's: rotating the master keys re-wraps it too. last_step is the newest
-- code that was used: no code counts twice.
CREATE TABLE second_factors (
    user_id   TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    wrapped   BYTEA NOT NULL,
    secret    BYTEA NOT NULL,
    last_step BIGINT NOT NULL,
    made_at   BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id),
    hash    TEXT NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- Changes of accounts that read referrals of others: they wait for a second
-- person of the receiving body. Those of the command line are done at once and
-- stand here to be seen.
CREATE TABLE proposals (
    id            TEXT NOT NULL PRIMARY KEY,
    act           TEXT NOT NULL,
    user_id       TEXT NOT NULL REFERENCES users (id),
    role          TEXT NOT NULL,
    school_id     TEXT NOT NULL DEFAULT '',
    district_id   TEXT NOT NULL DEFAULT '',
    second_factor BOOLEAN NOT NULL DEFAULT FALSE,
    made_by       TEXT NOT NULL,
    made_at       BIGINT NOT NULL,
    verdict       TEXT NOT NULL DEFAULT '',
    decided_by    TEXT NOT NULL DEFAULT '',
    decided_at    BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX proposals_open ON proposals (user_id) WHERE verdict = '';
CREATE INDEX proposals_made ON proposals (made_at);
