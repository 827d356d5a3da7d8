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
    digest      BLOB NOT NULL,
    truth       BLOB NOT NULL
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
) WITHOUT ROWID;

CREATE INDEX facts_month ON facts (month);
CREATE INDEX referrals_submitted ON referrals (submitted_at) WHERE submitted_at > 0;

-- +goose StatementBegin
CREATE TRIGGER releases_no_update BEFORE UPDATE ON releases
BEGIN SELECT RAISE(ABORT, 'releases is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER releases_no_delete BEFORE DELETE ON releases
BEGIN SELECT RAISE(ABORT, 'releases is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER releases_no_replace BEFORE INSERT ON releases
WHEN EXISTS (SELECT 1 FROM releases WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'releases is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER release_cells_no_update BEFORE UPDATE ON release_cells
BEGIN SELECT RAISE(ABORT, 'release_cells is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER release_cells_no_delete BEFORE DELETE ON release_cells
BEGIN SELECT RAISE(ABORT, 'release_cells is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER release_cells_no_replace BEFORE INSERT ON release_cells
WHEN EXISTS (SELECT 1 FROM release_cells WHERE area = NEW.area AND figure = NEW.figure AND period = NEW.period AND code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'release_cells is append-only'); END;
-- +goose StatementEnd
