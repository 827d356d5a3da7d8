-- +goose Up
-- What the Centre was handed, one row for each version that it was to get:
-- signed, and sealed under the referral's key. Only the receipt and the alarm
-- are ever added to a row.
CREATE TABLE packages (
    referral_id TEXT NOT NULL REFERENCES referrals (id),
    version     BIGINT NOT NULL,
    message_id  TEXT NOT NULL UNIQUE,
    digest      TEXT NOT NULL,
    sealed      BLOB NOT NULL,
    made_at     BIGINT NOT NULL,
    alarmed_at  BIGINT NOT NULL DEFAULT 0,
    received_at BIGINT NOT NULL DEFAULT 0,
    receipt     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (referral_id, version)
);
CREATE INDEX packages_open ON packages (made_at) WHERE received_at = 0 AND alarmed_at = 0;
-- +goose StatementBegin
CREATE TRIGGER packages_stay BEFORE UPDATE OF referral_id, version, message_id, digest, sealed, made_at ON packages
BEGIN SELECT RAISE(ABORT, 'a package never changes'); END;
-- +goose StatementEnd
