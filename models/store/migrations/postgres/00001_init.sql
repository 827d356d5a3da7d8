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
    data       BYTEA NOT NULL,
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
    content     BYTEA NOT NULL
);

CREATE TABLE data_keys (
    referral_id TEXT NOT NULL PRIMARY KEY REFERENCES referrals (id),
    wrapped     BYTEA NOT NULL
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
    body        BYTEA NOT NULL,
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
    hash        BYTEA NOT NULL,
    PRIMARY KEY (referral_id, hash)
);
CREATE INDEX name_hashes_hash ON name_hashes (hash);

-- A keyed hash of name and year of birth ("same child"); the handle is random
-- and is the child's address.
CREATE TABLE children (
    handle TEXT NOT NULL PRIMARY KEY,
    hash   BYTEA NOT NULL UNIQUE
);

CREATE TABLE child_hashes (
    referral_id TEXT NOT NULL PRIMARY KEY REFERENCES referrals (id),
    hash        BYTEA NOT NULL
);
CREATE INDEX child_hashes_hash ON child_hashes (hash);

-- The figures' rows. The id is random and stands in the referral's sealed
-- content only.
CREATE TABLE facts (
    id    TEXT NOT NULL PRIMARY KEY,
    month TEXT NOT NULL,
    body  BYTEA NOT NULL
);

CREATE TABLE audit_entries (
    seq          BIGINT NOT NULL PRIMARY KEY,
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
    digest       BYTEA NOT NULL,
    row_digest   BYTEA NOT NULL,
    times        INTEGER NOT NULL,
    mac          BYTEA NOT NULL
);
CREATE INDEX audit_entries_referral ON audit_entries (referral_id, seq);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, seq);
CREATE INDEX audit_entries_action ON audit_entries (action, seq);

CREATE TABLE audit_hashes (
    idx  BIGINT NOT NULL PRIMARY KEY,
    hash BYTEA NOT NULL
);

CREATE TABLE audit_head (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL
);
INSERT INTO audit_head (id, size) VALUES (1, 0);

-- Entries that wait for their number in the log, in the order in which they were
-- written: acts write here without waiting for each other, and one sequencer at
-- a time moves them into audit_entries. seq is the place in the queue.
CREATE TABLE audit_pending (
    seq          BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
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
    digest       BYTEA NOT NULL,
    row_digest   BYTEA NOT NULL,
    times        INTEGER NOT NULL,
    mac          BYTEA NOT NULL
);

-- The log, its tree and the timeline only ever grow. The triggers fire in every
-- mode of replication too, and only the owner of a table can take them away.
-- +goose StatementBegin
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only ever grows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION audit_head_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.size < OLD.size OR NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION audit_pending_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved BOOLEAN;
BEGIN
    -- With its schema: a temporary table of the same name would come first.
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.audit_entries WHERE id = $1)', TG_TABLE_SCHEMA) INTO moved USING OLD.id;
    IF NOT moved THEN
        RAISE EXCEPTION 'an entry leaves audit_pending for audit_entries alone' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_entries_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_hashes_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_hashes
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_head_grows();
CREATE TRIGGER audit_pending_stays BEFORE UPDATE OR TRUNCATE ON audit_pending
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_pending_moves BEFORE DELETE ON audit_pending
    FOR EACH ROW EXECUTE FUNCTION audit_pending_moves();
CREATE TRIGGER referral_events_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON referral_events
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER referrals_stay BEFORE DELETE OR TRUNCATE ON referrals
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_grow;
ALTER TABLE audit_hashes ENABLE ALWAYS TRIGGER audit_hashes_grow;
ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_head_stays;
ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_head_grows;
ALTER TABLE audit_pending ENABLE ALWAYS TRIGGER audit_pending_stays;
ALTER TABLE audit_pending ENABLE ALWAYS TRIGGER audit_pending_moves;
ALTER TABLE referral_events ENABLE ALWAYS TRIGGER referral_events_grow;
ALTER TABLE referrals ENABLE ALWAYS TRIGGER referrals_stay;
