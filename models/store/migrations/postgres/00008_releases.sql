-- +goose Up
-- The ministry's figures: of each period one release, frozen. Whoever reads
-- figures reads these two tables alone.
CREATE TABLE releases (
    id          TEXT NOT NULL PRIMARY KEY,
    period      TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL CHECK (kind IN ('school-year', 'quarter', 'month')),
    first_day   TEXT NOT NULL,
    last_day    TEXT NOT NULL,
    released_at BIGINT NOT NULL,
    threshold   INTEGER NOT NULL,
    base        INTEGER NOT NULL,
    record      TEXT NOT NULL,
    digest      BYTEA NOT NULL,
    truth       BYTEA NOT NULL
);

CREATE TABLE release_cells (
    release_id TEXT NOT NULL REFERENCES releases (id),
    period     TEXT NOT NULL,
    area       TEXT NOT NULL,
    figure     TEXT NOT NULL,
    code       TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('shown', 'hidden')),
    value      BIGINT NOT NULL,
    CHECK (status = 'shown' OR value = 0),
    PRIMARY KEY (area, figure, period, code)
);

CREATE INDEX facts_month ON facts (month);
CREATE INDEX referrals_submitted ON referrals (submitted_at) WHERE submitted_at > 0;

CREATE TRIGGER releases_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON releases
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER release_cells_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON release_cells
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
ALTER TABLE releases ENABLE ALWAYS TRIGGER releases_grow;
ALTER TABLE release_cells ENABLE ALWAYS TRIGGER release_cells_grow;
