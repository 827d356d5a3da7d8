-- +goose Up
CREATE TABLE districts (
    id       TEXT NOT NULL PRIMARY KEY,
    name_sr  TEXT NOT NULL,
    name_en  TEXT NOT NULL,
    position INTEGER NOT NULL
);

CREATE TABLE municipalities (
    name        TEXT NOT NULL PRIMARY KEY,
    district_id TEXT NOT NULL REFERENCES districts (id)
);

CREATE TABLE schools (
    id           TEXT NOT NULL PRIMARY KEY,
    code         TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    level        TEXT NOT NULL CHECK (level IN ('primary', 'secondary', 'special', 'music')),
    municipality TEXT NOT NULL,
    district_id  TEXT NOT NULL REFERENCES districts (id),
    closed       BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE TABLE users (
    id            TEXT NOT NULL PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL,
    school_id     TEXT NOT NULL DEFAULT '',
    district_id   TEXT NOT NULL DEFAULT '',
    lang          TEXT NOT NULL DEFAULT 'sr',
    password_hash TEXT NOT NULL DEFAULT '',
    disabled      BOOLEAN NOT NULL DEFAULT FALSE,
    made_at       BIGINT NOT NULL
);
CREATE INDEX users_school ON users (school_id);

CREATE TABLE contacts (
    district_id TEXT NOT NULL REFERENCES districts (id),
    user_id     TEXT NOT NULL REFERENCES users (id),
    position    INTEGER NOT NULL,
    PRIMARY KEY (district_id, user_id)
);

CREATE TABLE absences (
    id       TEXT NOT NULL PRIMARY KEY,
    user_id  TEXT NOT NULL REFERENCES users (id),
    from_day TEXT NOT NULL,
    to_day   TEXT NOT NULL,
    CHECK (from_day <= to_day)
);
CREATE INDEX absences_user ON absences (user_id);

CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    user_id    TEXT NOT NULL DEFAULT '',
    data       BLOB NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE throttles (
    name     TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    since    BIGINT NOT NULL
);

CREATE TABLE referrals (
    id                TEXT NOT NULL PRIMARY KEY,
    ref               TEXT NOT NULL UNIQUE,
    state             TEXT NOT NULL,
    return_state      TEXT NOT NULL DEFAULT '',
    asked_of          TEXT NOT NULL DEFAULT '',
    version           BIGINT NOT NULL,
    school_id         TEXT NOT NULL,
    district_id       TEXT NOT NULL,
    desk_id           TEXT NOT NULL DEFAULT '',
    author_id         TEXT NOT NULL,
    urgency           TEXT NOT NULL,
    restricted        BOOLEAN NOT NULL DEFAULT FALSE,
    checklist_id      TEXT NOT NULL,
    checklist_version INTEGER NOT NULL,
    routed_to         TEXT NOT NULL DEFAULT '',
    route_rule        TEXT NOT NULL DEFAULT '',
    closing_by        TEXT NOT NULL DEFAULT '',
    decided_by        TEXT NOT NULL DEFAULT '',
    begun_at          BIGINT NOT NULL,
    changed_at        BIGINT NOT NULL,
    submitted_at      BIGINT NOT NULL DEFAULT 0,
    acknowledged_at   BIGINT NOT NULL DEFAULT 0,
    forwarded_at      BIGINT NOT NULL DEFAULT 0,
    received_at       BIGINT NOT NULL DEFAULT 0,
    closed_at         BIGINT NOT NULL DEFAULT 0,
    ack_due           BIGINT NOT NULL DEFAULT 0,
    decide_due        BIGINT NOT NULL DEFAULT 0,
    receive_due       BIGINT NOT NULL DEFAULT 0,
    next_due          BIGINT NOT NULL DEFAULT 0,
    queue_rank        BIGINT NOT NULL DEFAULT 0,
    attention_at      BIGINT NOT NULL DEFAULT 0,
    erased_at         BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX referrals_author ON referrals (author_id, changed_at, id);
CREATE INDEX referrals_school ON referrals (school_id, changed_at, id);
CREATE INDEX referrals_desk ON referrals (desk_id, (forwarded_at > 0), queue_rank, id);
CREATE INDEX referrals_centre ON referrals (queue_rank, id) WHERE forwarded_at > 0;
CREATE INDEX referrals_unacknowledged ON referrals (ack_due) WHERE acknowledged_at = 0 AND submitted_at > 0;

CREATE TABLE referral_contents (
    referral_id TEXT NOT NULL PRIMARY KEY REFERENCES referrals (id),
    content     BLOB NOT NULL
);

CREATE TABLE data_keys (
    referral_id TEXT NOT NULL PRIMARY KEY REFERENCES referrals (id),
    wrapped     BLOB NOT NULL
);

CREATE TABLE referral_events (
    id          TEXT NOT NULL PRIMARY KEY,
    referral_id TEXT NOT NULL REFERENCES referrals (id),
    version     BIGINT NOT NULL,
    event       TEXT NOT NULL,
    from_state  TEXT NOT NULL,
    to_state    TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    actor_role  TEXT NOT NULL,
    at          BIGINT NOT NULL,
    body        BLOB NOT NULL,
    UNIQUE (referral_id, version)
);

-- A person steps back from a referral for a conflict of interest, and no longer
-- sees it.
CREATE TABLE recusals (
    referral_id TEXT NOT NULL REFERENCES referrals (id),
    user_id     TEXT NOT NULL,
    PRIMARY KEY (referral_id, user_id)
);

-- Keyed hashes of the words of the child's name, for search.
CREATE TABLE name_hashes (
    referral_id TEXT NOT NULL REFERENCES referrals (id),
    hash        BLOB NOT NULL,
    PRIMARY KEY (referral_id, hash)
);
CREATE INDEX name_hashes_hash ON name_hashes (hash);

-- A keyed hash of name and year of birth ("same child"); the handle is random
-- and is the child's address.
CREATE TABLE children (
    handle TEXT NOT NULL PRIMARY KEY,
    hash   BLOB NOT NULL UNIQUE
);

CREATE TABLE child_hashes (
    referral_id TEXT NOT NULL PRIMARY KEY REFERENCES referrals (id),
    hash        BLOB NOT NULL
);
CREATE INDEX child_hashes_hash ON child_hashes (hash);

-- The figures' rows. The id is random and stands in the referral's sealed
-- content only; WITHOUT ROWID keeps the order of insertion out of the file.
CREATE TABLE facts (
    id    TEXT NOT NULL PRIMARY KEY,
    month TEXT NOT NULL,
    body  BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE audit_entries (
    seq          INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    at           BIGINT NOT NULL,
    action       TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    actor_id     TEXT NOT NULL,
    actor_role   TEXT NOT NULL,
    organisation TEXT NOT NULL,
    referral_id  TEXT NOT NULL,
    object       TEXT NOT NULL,
    fields       TEXT NOT NULL,
    rule         TEXT NOT NULL,
    request_id   TEXT NOT NULL,
    program      TEXT NOT NULL,
    version      BIGINT NOT NULL,
    state        TEXT NOT NULL,
    digest       BLOB NOT NULL,
    row_digest   BLOB NOT NULL,
    times        INTEGER NOT NULL,
    mac          BLOB NOT NULL
);
CREATE INDEX audit_entries_referral ON audit_entries (referral_id, seq);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, seq);
CREATE INDEX audit_entries_action ON audit_entries (action, seq);

CREATE TABLE audit_hashes (
    idx  INTEGER PRIMARY KEY,
    hash BLOB NOT NULL
);

CREATE TABLE audit_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL
);
INSERT INTO audit_head (id, size) VALUES (1, 0);

-- The log, its tree and the timeline only ever grow. INSERT OR REPLACE slips
-- past UPDATE and DELETE triggers, so inserting over a row is refused as well.
-- +goose StatementBegin
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_no_replace BEFORE INSERT ON audit_entries
WHEN EXISTS (SELECT 1 FROM audit_entries WHERE seq = NEW.seq OR id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_hashes_no_update BEFORE UPDATE ON audit_hashes
BEGIN SELECT RAISE(ABORT, 'audit_hashes is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_hashes_no_delete BEFORE DELETE ON audit_hashes
BEGIN SELECT RAISE(ABORT, 'audit_hashes is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_hashes_no_replace BEFORE INSERT ON audit_hashes
WHEN EXISTS (SELECT 1 FROM audit_hashes WHERE idx = NEW.idx)
BEGIN SELECT RAISE(ABORT, 'audit_hashes is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head
WHEN NEW.size < OLD.size OR NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER referral_events_no_update BEFORE UPDATE ON referral_events
BEGIN SELECT RAISE(ABORT, 'referral_events is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER referral_events_no_delete BEFORE DELETE ON referral_events
BEGIN SELECT RAISE(ABORT, 'referral_events is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER referrals_no_delete BEFORE DELETE ON referrals
BEGIN SELECT RAISE(ABORT, 'a referral is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_no_replace BEFORE INSERT ON audit_head
WHEN EXISTS (SELECT 1 FROM audit_head)
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER referral_events_no_replace BEFORE INSERT ON referral_events
WHEN EXISTS (SELECT 1 FROM referral_events WHERE id = NEW.id OR (referral_id = NEW.referral_id AND version = NEW.version))
BEGIN SELECT RAISE(ABORT, 'referral_events is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER referrals_no_replace BEFORE INSERT ON referrals
WHEN EXISTS (SELECT 1 FROM referrals WHERE id = NEW.id OR ref = NEW.ref)
BEGIN SELECT RAISE(ABORT, 'a referral is never replaced'); END;
-- +goose StatementEnd
